#include "centre/list.h"

#include <inttypes.h>
#include <stdio.h>

void list_begin(struct list *list, const struct call *call)
{
	*list = (struct list){ .as_json = call->json, .now = call->now };
	if (!list->as_json)
		return;
	json_put_begin(&list->json, stdout);
	json_put_open(&list->json, NULL, '[');
}

void list_end(struct list *list)
{
	if (list->as_json) {
		json_put_close(&list->json);
		json_put_end(&list->json);
	} else {
		printf("共 %" PRId64 " 条 · %" PRId64 " in all\n", list->count, list->count);
	}
}

enum outcome list_run(const struct call *call,
		      enum registry_status (*each)(struct registry *, struct list *))
{
	struct registry *registry;
	enum outcome outcome = call_open(call, &registry, false);
	struct list list;
	enum registry_status status;

	if (outcome != OUTCOME_DONE)
		return outcome;
	list_begin(&list, call);
	status = each(registry, &list);
	list_end(&list);
	if (!call->json && registry_is_demo(registry))
		printf("演示数据 · demonstration data\n");
	/* The array is closed already; a second answer would not be JSON any more. */
	if (status != REGISTRY_OK)
		outcome = trouble(call->db, registry_status_why(status, false),
				  registry_status_why(status, true));
	registry_close(registry);
	return outcome;
}
