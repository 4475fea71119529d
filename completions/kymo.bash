# Completion of kymo's commands, options and their values in bash. What there is kymo says itself: kymo COMMAND --complete.
_kymo() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} option= command=
    local name argument choices help found=()
    # Readline takes --option=value apart at the equals sign.
    if [[ $word == = ]]; then
        option=$before word=
    elif [[ $before == = ]]; then
        option=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    if ((COMP_CWORD > 1)) && [[ " $("$1" --complete 2>/dev/null | cut -f3 | tail -n 1) " == *" ${COMP_WORDS[1]} "* ]]; then
        command=${COMP_WORDS[1]}
    fi
    while IFS=$'\x1f' read -r name argument choices help; do
        if [[ -n $option ]]; then
            [[ -n $name && ${name##*-} == "${option##*-}" ]] && found=($choices)
        elif [[ -z $name ]]; then
            [[ $word != -* ]] && found+=($choices)
        elif [[ $word == -* ]]; then
            found+=("$name${argument:+=}")
        fi
    done < <("$1" ${command:+"$command"} --complete 2>/dev/null | tr '\t' '\037') # blanks between which nothing is would be one
    COMPREPLY=($(compgen -W "${found[*]}" -- "$word"))
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == -*= ]] && compopt -o nospace
    if [[ -z $option && $word != -* ]] || [[ -n $option && ${#found[@]} -eq 0 ]]; then
        compopt -o filenames 2>/dev/null
        COMPREPLY+=($(compgen -f -- "$word"))
    fi
}
complete -F _kymo kymo
