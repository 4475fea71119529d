/* The compiled-in pages as replies. */
#include "web/pages.h"
#include "web/routes.h"

void web_send_page(struct base_str path, struct web_response *response)
{
    size_t chosen = 0;
    for (size_t i = 0; i < web_page_count; i++)
        if (base_str_is(path, web_pages[i].path))
            chosen = i;
    for (size_t i = 0; !base_str_is(path, web_pages[chosen].path) && i < web_page_count; i++)
        if (strcmp(web_pages[i].path, "/index.html") == 0)
            chosen = i;
    response->content_type = web_pages[chosen].content_type;
    response->fixed_body = (struct base_str){(const char *)web_pages[chosen].data, web_pages[chosen].size};
}
