/* Runs a command and tells what it cost: measure COMMAND [ARGUMENT …]
 *
 * The command's standard output is thrown away. The last line of standard error is "SECONDS BYTES": the time on the
 * wall and the peak of its resident memory. SIGTERM and SIGINT are passed on, so that a server can be measured too.
 * Exits as the command does.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t child;

static void pass_on(int signal_number)
{
    if (child > 0)
        kill((pid_t)child, signal_number);
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void become(char **command)
{
    int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere >= 0)
        dup2(nowhere, STDOUT_FILENO);
    execvp(command[0], command);
    fprintf(stderr, "measure: %s: %s\n", command[0], strerror(errno));
    _exit(127);
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = pass_on};
    struct rusage usage;
    int status;
    if (argc < 2) {
        fprintf(stderr, "usage: measure COMMAND [ARGUMENT ...]\n");
        return 2;
    }
    double begun_s = now_s();
    pid_t pid = fork();
    if (pid < 0) {
        perror("measure");
        return 1;
    }
    if (pid == 0)
        become(argv + 1);
    child = pid;
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    while (wait4(pid, &status, 0, &usage) < 0)
        if (errno != EINTR)
            return 1;
#ifdef __APPLE__
    long long peak_bytes = usage.ru_maxrss;
#else
    long long peak_bytes = usage.ru_maxrss * 1024LL;
#endif
    fprintf(stderr, "%.6f %lld\n", now_s() - begun_s, peak_bytes);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
