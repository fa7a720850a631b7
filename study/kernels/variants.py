#!/usr/bin/env python3
"""The kernels of this study: the changes of each to the stack cache of linux-source-6.1, and the policy for its replay.

    variants.py SOURCE NAME    turns the unpacked source into that kernel
    variants.py --list         one line per kernel: name, policy, what it does

Each kernel starts from the unchanged files (kept as *.orig), so kernels can be made in any order. A file whose text stays the same is not
written, so that make compiles only what differs. An edit whose old text is not there exactly once ends the program: another release of
the source needs another edit.
"""
import sys
from dataclasses import dataclass
from pathlib import Path

FORK = "kernel/fork.c"
EXIT = "kernel/exit.c"
SCHED = "kernel/sched/core.c"
FILES = (FORK, EXIT, SCHED)


@dataclass(frozen=True)
class Kernel:
    what: str
    policy: str
    edits: tuple = ()  # (file, old text, new text)


def slots(count):
    return (FORK, "#define NR_CACHED_STACKS 2\n", f"#define NR_CACHED_STACKS {count}\n")


# free_thread_stack up to v5.17: a stack that does not fit goes to vfree_atomic at once. thread_stack_delayed_free is then unused.
NO_SECOND_CHANCE = (
    (FORK, "(tsk->stack_vm_area))\n\t\tthread_stack_delayed_free(tsk);", "(tsk->stack_vm_area))\n\t\tvfree_atomic(tsk->stack);"),
    (FORK, "static void thread_stack_delayed_free(struct task_struct *tsk)\n{\n\tstruct vm_stack *",
     "static void __maybe_unused thread_stack_delayed_free(struct task_struct *tsk)\n{\n\tstruct vm_stack *"),
)

# Several CPUs use the caches, so the operations for one CPU (this_cpu_...) are not sufficient.
TAKE = "this_cpu_xchg(cached_stacks[i], NULL)"
PUT = "this_cpu_cmpxchg(cached_stacks[i], NULL, vm)"

KERNELS = {
    "stock": Kernel("6.1 as it is: 2 slots per CPU, a second chance after a grace period", "linux-5.18:capacity=2"),
    **{f"slots-{count}": Kernel(f"{count} slot{'' if count == 1 else 's'} per CPU", f"linux-5.18:capacity={count}", (slots(count),))
       for count in (0, 1, 4, 8, 16)},
    "rule-4.9": Kernel("no second chance: a stack that finds the cache full is vfree'd (4.9 to 5.17)", "linux-4.9:capacity=2",
                       NO_SECOND_CHANCE),
    # put_task_stack moves from finish_task_switch to delayed_put_task_struct. A task_struct that is freed in another way has no stack any more.
    "rcu-deferred": Kernel("the stack comes back with the task_struct, after a grace period: the cache of 2016", "rcu-cache:capacity=2",
                           (*NO_SECOND_CHANCE,
                            (SCHED, "\t\t/* Task is done with its stack. */\n\t\tput_task_stack(prev);\n", ""),
                            (EXIT, "\ttrace_sched_process_free(tsk);\n", "\ttrace_sched_process_free(tsk);\n\tput_task_stack(tsk);\n"))),
    # Only the second chance remains: always call_rcu, and the callback caches.
    "callback-only": Kernel("every stack waits for a callback of its own, which caches or frees it", "callback-only:capacity=2",
                            ((FORK, "\tif (!try_release_thread_stack_to_cache(tsk->stack_vm_area))\n\t\tthread_stack_delayed_free(tsk);",
                              "\tthread_stack_delayed_free(tsk);"),)),
    # v6.19 (262ef8e55b7c). A user's fork requests no node, so only the release matters.
    "node-6.19": Kernel("a CPU caches only stacks whose pages are all on its memory node (6.19)", "linux-6.19:capacity=2",
                        ((FORK, "\tunsigned int i;\n\n\tfor (i = 0; i < NR_CACHED_STACKS; i++) {\n\t\tif (" + PUT,
                          "\tunsigned int i;\n\n\tif (node_state(numa_node_id(), N_MEMORY))\n"
                          "\t\tfor (i = 0; i < vm->nr_pages; i++)\n\t\t\tif (page_to_nid(vm->pages[i]) != numa_node_id())\n"
                          "\t\t\t\treturn false;\n\tfor (i = 0; i < NR_CACHED_STACKS; i++) {\n\t\tif (" + PUT),)),
    # phys_addr of a vmalloc'ed area is otherwise unused, so it stores the CPU that forked.
    "parent-return": Kernel("a stack goes back to the cache of the CPU that forked", "parent-return:capacity=2",
                            (*NO_SECOND_CHANCE,
                             (FORK, PUT, "cmpxchg(per_cpu_ptr(&cached_stacks[i], (int)vm->phys_addr), NULL, vm)"),
                             (FORK, TAKE, "xchg(raw_cpu_ptr(&cached_stacks[i]), NULL)"),
                             (FORK, "\t\ttsk->stack_vm_area = s;\n", "\t\ts->phys_addr = raw_smp_processor_id();\n\t\ttsk->stack_vm_area = s;\n"),
                             (FORK, "\ttsk->stack_vm_area = vm;\n", "\tvm->phys_addr = raw_smp_processor_id();\n\ttsk->stack_vm_area = vm;\n"))),
    # One array for all CPUs, with 2 slots for each of the guest's 2 CPUs.
    "pool": Kernel("one cache for both CPUs, of 4 slots", "node-shared:capacity=2",
                   (*NO_SECOND_CHANCE, slots(4),
                    (FORK, PUT, "cmpxchg(per_cpu_ptr(&cached_stacks[i], 0), NULL, vm)"),
                    (FORK, TAKE, "xchg(per_cpu_ptr(&cached_stacks[i], 0), NULL)"))),
}


def write(source, kernel):
    texts = {}
    for name in FILES:
        original = source / (name + ".orig")
        if not original.exists():
            original.write_text((source / name).read_text())
        texts[name] = original.read_text()
    for name, old, new in kernel.edits:
        found = texts[name].count(old)
        if found != 1:
            sys.exit(f"variants.py: {source / name}: found {found} times, expected once: {old!r}. This source needs another edit.")
        texts[name] = texts[name].replace(old, new)
    for name, text in texts.items():
        if (source / name).read_text() != text:
            (source / name).write_text(text)


def main(arguments):
    if arguments == ["--list"]:
        for name, kernel in KERNELS.items():
            print(f"{name:14} {kernel.policy:24} {kernel.what}")
    elif len(arguments) == 2 and arguments[1] in KERNELS:
        write(Path(arguments[0]), KERNELS[arguments[1]])
    else:
        sys.exit(f"usage: variants.py SOURCE NAME | --list. Names: {' '.join(KERNELS)}")


if __name__ == "__main__":
    main(sys.argv[1:])
