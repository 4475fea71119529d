#include "base/turns.h"

void base_turns_init(struct base_turns *turns)
{
    *turns = (struct base_turns){0};
    pthread_mutex_init(&turns->lock, NULL);
    pthread_cond_init(&turns->ended, NULL);
}

void base_turns_release(struct base_turns *turns)
{
    pthread_cond_destroy(&turns->ended);
    pthread_mutex_destroy(&turns->lock);
}

void base_turns_begin_change(struct base_turns *turns)
{
    pthread_mutex_lock(&turns->lock);
    turns->waiting_to_change = true;
    while (turns->looking || turns->next_to_look)
        pthread_cond_wait(&turns->ended, &turns->lock);
    turns->waiting_to_change = false;
    turns->changing = true;
    pthread_mutex_unlock(&turns->lock);
}

void base_turns_end_change(struct base_turns *turns)
{
    pthread_mutex_lock(&turns->lock);
    turns->changing = false;
    turns->changes++;
    turns->next_to_look = turns->waiting_to_look;
    turns->waiting_to_look = 0;
    if (turns->next_to_look)
        pthread_cond_broadcast(&turns->ended);
    pthread_mutex_unlock(&turns->lock);
}

void base_turns_begin_look(struct base_turns *turns)
{
    pthread_mutex_lock(&turns->lock);
    if (turns->changing || turns->waiting_to_change) {
        unsigned changes = turns->changes;
        turns->waiting_to_look++;
        while (turns->changes == changes)
            pthread_cond_wait(&turns->ended, &turns->lock);
        turns->next_to_look--;
    }
    turns->looking++;
    pthread_mutex_unlock(&turns->lock);
}

void base_turns_end_look(struct base_turns *turns)
{
    pthread_mutex_lock(&turns->lock);
    turns->looking--;
    if (!turns->looking && turns->waiting_to_change)
        pthread_cond_broadcast(&turns->ended);
    pthread_mutex_unlock(&turns->lock);
}
