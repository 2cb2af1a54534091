#include "db/registry.h"

static const struct {
	const char *name, *why[2];
} statuses[] = {
	[REGISTRY_OK] = { "ok", { "正常", "In order" } },
	[REGISTRY_MISSING] = { "missing",
			       { "登记库文件不存在,请先运行 youdai init",
				 "There is no such registry: create it with `youdai init`" } },
	[REGISTRY_NOT_ONE] = { "not_a_registry",
			       { "该文件不是优待登记库,请检查路径",
				 "The file is not a registry: check the path" } },
	[REGISTRY_NEWER] = { "newer",
			     { "登记库由更新版本的程序创建,请升级本程序",
			       "The registry was made by a newer program: update this one" } },
	[REGISTRY_OLDER] = { "older",
			     { "登记库版本较旧,请运行 youdai init 升级",
			       "The registry is older than the program: run `youdai init` to "
			       "migrate it" } },
	[REGISTRY_KEYS_MISSING] = { "keys_missing",
				    { "密钥文件(FILE.keys)缺失、损坏或权限不是 0600",
				      "The key file beside the registry (FILE.keys) is missing, "
				      "broken or "
				      "open to others: restore it with mode 0600" } },
	[REGISTRY_READ_ONLY] = { "read_only",
				 { "登记库或其文件夹不可写,请检查权限",
				   "The registry or its folder cannot be written: check who "
				   "may" } },
	[REGISTRY_FULL] = { "full",
			    { "磁盘已满,请清理空间", "The disk is full: make room on it" } },
	[REGISTRY_BUSY] = { "busy",
			    { "登记库正被其他程序占用,请稍后再试",
			      "Another program holds the registry: try again in a moment" } },
	[REGISTRY_DAMAGED] = { "damaged",
			       { "登记库已损坏,请用备份恢复",
				 "The registry is damaged: restore it from a backup" } },
	[REGISTRY_NOT_FOUND] = { "not_found", { "没有找到", "There is no such thing" } },
	[REGISTRY_EXISTS] = { "exists", { "已经存在", "It is there already" } },
	[REGISTRY_CONSTRAINT] = { "constraint",
				  { "数据不符合规则", "The data breaks a rule of the registry" } },
	[REGISTRY_TROUBLE] = { "trouble", { "发生未知故障", "Something went wrong" } },
};

const char *registry_status_name(enum registry_status status)
{
	return statuses[status].name;
}

const char *registry_status_why(enum registry_status status, bool english)
{
	return statuses[status].why[english];
}
