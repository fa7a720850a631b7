namespace ForkTrace.Lifecycle.Recording;

/// <summary>
/// Writes the kernel's facts (<see cref="KernelFacts"/>) next to a recording with nothing but a POSIX shell, so that copied lines produce
/// the file too. It never overwrites a file.
/// </summary>
internal static class KernelFactsScript
{
    // PREEMPT_RT: "#1 SMP PREEMPT_RT ...", or "... PREEMPT RT ..." of the older patches. The stack size is KernelStack divided by the
    // number of threads, rounded to a power of two, so that a few threads more or fewer do not matter.
    private const string Before = """
        ( set -C
        c=$(cat "/boot/config-$(uname -r)" 2>/dev/null || zcat /proc/config.gz 2>/dev/null)
        y() { case $c in '') echo null ;; *"CONFIG_$1=y"*) echo true ;; *) echo false ;; esac; }
        case "$(uname -v) $(cat /sys/kernel/realtime 2>/dev/null)" in *PREEMPT[_\ ]RT*|*' 1') rt=true ;; *) rt=false ;; esac
        hz=$(printf '%s\n' "$c" | sed -n 's/^CONFIG_HZ=\([0-9]*\)$/\1/p')
        k=$(sed -n 's/^KernelStack: *\([0-9]*\) kB$/\1/p' /proc/meminfo)
        n=$(sed 's/.*\/\([0-9]*\) .*/\1/' /proc/loadavg)
        s=null; [ "${k:-0}" -gt 0 ] && s=4096 && while [ $((k * 2048)) -gt $((s * 3 * n)) ]; do s=$((s * 2)); done
        cat > $FILE <<END
        {
        "release": "$(uname -r)", "machine": "$(uname -m)",
        "vmap_stack": $(y VMAP_STACK), "thread_info_in_task": $(y THREAD_INFO_IN_TASK), "preempt_rt": $rt, "hz": ${hz:-null},
        "rcu_nocb_cpu": $(y RCU_NOCB_CPU), "rcu_lazy": $(y RCU_LAZY), "kasan": $(y KASAN), "memcg": $(y MEMCG),
        "page_bytes": $(getconf PAGE_SIZE 2>/dev/null || echo null), "stack_bytes": $s,
        "command_line": "$(tr -dc ' -~' < /proc/cmdline | sed 's/[\\"]/\\&/g')",
        "memoryless_nodes": [$(grep -l 'MemTotal: *0 kB' /sys/devices/system/node/node*/meminfo 2>/dev/null | sed 's/.*node\([0-9]*\).meminfo/\1/' | paste -sd, -)]$KSTACK
        }
        END
        )
        """;

    private const string Counters = """$(sed -n 's/^\(kstack_[a-z0-9]*\) \([0-9]*\)$/"\1": \2/p' /proc/vmstat | paste -sd, -)""";

    /// <summary>Lines to run before the workload; they write the whole file and belong together.</summary>
    public static string OfStart(RecordingMachine machine, string file)
    {
        string counters = machine.CountsStackUse ? $",\n\"kstack_before\": {{{Counters}}}" : "";
        return Before.Replace("$FILE", ShellText.Quote(file), StringComparison.Ordinal)
            .Replace("$KSTACK", counters, StringComparison.Ordinal);
    }

    /// <summary>Lines to run after the workload: they read the counters of stack use again, if the kernel has them.</summary>
    public static ImmutableArray<string> OfEnd(RecordingMachine machine, string file)
    {
        string quoted = ShellText.Quote(file);
        string changed = ShellText.Quote($"{file}.new");
        return machine.CountsStackUse
            ? [$"{{ sed '$d' {quoted}; printf ',\"kstack_after\": {{%s}}\\n}}\\n' \"{Counters}\"; }} > {changed} && mv {changed} {quoted}"]
            : [];
    }
}
