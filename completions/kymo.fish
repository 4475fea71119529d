# Completion of kymo's commands, options and their values in fish. What there is kymo says itself: kymo COMMAND --complete.
function __kymo_lines
    set -l words (commandline -opc)
    set -l commands ($words[1] --complete 2>/dev/null | tail -n 1 | cut -f3 | string split ' ')
    if set -q words[2]; and contains -- $words[2] $commands
        $words[1] $words[2] --complete 2>/dev/null
    else
        $words[1] --complete 2>/dev/null
    end
end

function __kymo_complete
    set -l word (commandline -ct)
    for line in (__kymo_lines)
        set -l field (string split \t -- $line)
        if test -z "$field[1]"
            string match -q -- '-*' $word; or string split ' ' -- $field[3]
        else if test -z "$field[2]"
            printf '%s\t%s\n' $field[1] $field[4]
        else if test -n "$field[3]"
            printf "$field[1]=%s\t$field[4]\n" (string split ' ' -- $field[3])
        else
            printf '%s=\t%s\n' $field[1] $field[4]
        end
    end
end

complete -c kymo -a '(__kymo_complete)'
