using ForkTrace.Events.Synthesis;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Conformance;

/// <summary>Checks that no stack is lost or invented, for any trace and any parameters.</summary>
internal static class SoundnessChecks
{
    public static void RequireConservation(PolicyEntry policy)
    {
        for (int seed = 0; seed < 6; seed++)
        {
            TraceSketch trace = seed % 2 == 0 ? RandomLoad.Make(seed, 800, 1 + seed) : RandomLoad.MakeWithHotplug(seed, 800, 1 + seed);
            StackOperations operations = LifecycleBuilder.Build(trace.ToTable());
            RequireSound(operations, ConformanceReplay.Select(policy), ConformanceReplay.Divided(operations), $"random trace {seed}");
        }
    }

    public static void RequireParameterEnds(PolicyEntry policy)
    {
        StackOperations operations = LifecycleBuilder.Build(RandomLoad.Make(11, 600, 3).ToTable());
        foreach (PolicyParameter parameter in policy.Descriptor.Parameters)
        {
            foreach (long end in new[] { parameter.Min, parameter.Max })
            {
                string argument = string.Create(CultureInfo.InvariantCulture, $"{parameter.Name}={end}");
                RequireSound(operations, ConformanceReplay.Select(policy, argument), ConformanceReplay.Plain(operations), argument);
            }

            RequireRefused(policy, parameter, (Int128)parameter.Min - 1);
            RequireRefused(policy, parameter, (Int128)parameter.Max + 1);
        }
    }

    public static void RequireEmptyTrace(PolicyEntry policy)
    {
        EventTable empty = new TraceSketch().ToTable();
        StackOperations operations = LifecycleBuilder.Build(empty);
        (StackLedger ledger, MemoryUse memory) =
            ConformanceReplay.Close(operations, ConformanceReplay.Select(policy), ConformanceReplay.Plain(operations));
        ConformanceSuite.Require(ledger.Allocations == 0, $"a trace without forks has {ledger.Allocations} allocations");
        ConformanceSuite.Require(ledger.Breaches == 0, $"a trace without events has {ledger.Breaches} breaches");
        ConformanceSuite.Require(memory.Cached.PeakBytes == 0, $"a trace without events has {memory.Cached.PeakBytes} bytes in caches");
        ConformanceSuite.Require(ConformanceReplay.Run(empty, policy).Unmet is not null, $"a trace without forks gives a result");
    }

    public static void RequireUnmatched(PolicyEntry policy)
    {
        TraceSketch trace = new() { Cpus = 2 };
        for (int index = 0; index < 50; index++)
        {
            int existed = trace.NewTaskId();
            trace.Die(1000 + index, index % 2, existed, zombie: index % 3 == 0);
            if (index % 4 != 0)
                trace.Free(9_000_000 + index, 1, existed);
            trace.Free(2000 + index, 0, trace.NewTaskId());
            trace.Fork(5_000_000 + (index * 100_000), index % 2);
        }

        StackOperations operations = LifecycleBuilder.Build(trace.ToTable());
        RequireSound(operations, ConformanceReplay.Select(policy), ConformanceReplay.Plain(operations), "unmatched deaths and frees");
    }

    public static void RequireRelease(PolicyEntry policy)
    {
        TraceSketch trace = new() { Cpus = 3 };
        const int Tasks = 300;
        const long GracePeriodNs = 30_000_000;
        for (int index = 0; index < Tasks; index++)
        {
            long forkNs = index * 100_000L;
            int task = trace.Fork(forkNs, index % 3);
            trace.Die(forkNs + (index % 7 * 1_000_000L) + 1000, index % 2, task, zombie: index % 4 == 0);
            trace.Free(forkNs + GracePeriodNs, index % 2, task);
        }

        // A last fork, so late that every callback has run before it.
        trace.Fork((Tasks * 100_000L) + (100 * GracePeriodNs), 0);
        StackOperations operations = LifecycleBuilder.Build(trace.ToTable());
        PolicySelection selection = ConformanceReplay.Select(policy);
        (_, MemoryUse memory) = ConformanceReplay.Close(operations, selection, ConformanceReplay.Plain(operations));
        long bytes = selection.Policy.BytesOfStack(selection.Arguments, ConformanceReplay.Plain(operations));
        long kept = ((memory.Live.EndBytes + memory.WaitingForRcu.EndBytes) / bytes) - 1;
        ConformanceSuite.Require(kept == 0, $"of {Tasks} tasks that died and were freed, {kept} still have their stacks");
    }

    public static void RequireStartFull(PolicyEntry policy)
    {
        StackOperations operations = LifecycleBuilder.Build(RandomLoad.Make(12, 800, 3).ToTable());
        PolicySelection selection = ConformanceReplay.Select(policy);
        (StackLedger ledger, _) = ConformanceReplay.Close(operations, selection, ConformanceReplay.Divided(operations), startFull: true);
        ConformanceSuite.Require(ledger.Breaches == 0, $"from full caches: {ledger.Breaches} stacks lost or invented");
    }

    public static void RequireLostEvents(PolicyEntry policy)
    {
        PolicySelection selection = ConformanceReplay.Select(policy);
        for (int seed = 0; seed < 4; seed++)
        {
            StackOperations operations = LifecycleBuilder.Build(RandomLoad.MakeWithLosses(seed, 800, 1 + seed).ToTable());
            MachineShape machine = ConformanceReplay.Divided(operations);
            RequireSound(operations, selection, machine, $"random trace {seed} with losses");
            (StackLedger full, _) = ConformanceReplay.Close(operations, selection, machine, startFull: true);
            ConformanceSuite.Require(full.Breaches == 0, $"with losses, from full caches: {full.Breaches} stacks lost or invented");
        }

        // All CPUs lose events when all have cached stacks, and then fork once each.
        const int Cpus = 4;
        TraceSketch trace = new() { Cpus = Cpus, Losses = [new LossInterval(-1, 2_000_000, 3_000_000, 1)] };
        for (int index = 0; index < 20 * Cpus; index++)
            trace.Die(1_000_000 + index, index % Cpus, trace.Fork(1000 + index, index % Cpus));
        for (int cpu = 0; cpu < Cpus; cpu++)
            trace.Fork(1_000_000_000 + cpu, cpu);
        StackOperations cut = LifecycleBuilder.Build(trace.ToTable());
        (StackLedger ledger, MemoryUse memory) = ConformanceReplay.Close(cut, selection, ConformanceReplay.Divided(cut));
        ConformanceSuite.Require(ledger.Hits == 0, $"{ledger.Hits} forks hit directly after lost events, when caches must be empty");
        bool isEmpty = memory.Cached.EndBytes == 0;
        ConformanceSuite.Require(isEmpty, $"{memory.Cached.EndBytes} bytes stay cached after lost events: Empty must remove them");
    }

    public static void RequireBookkeeping(PolicyEntry policy)
    {
        PolicySelection selection = ConformanceReplay.Select(policy);
        for (int seed = 30; seed < 34; seed++)
        {
            StackOperations operations = LifecycleBuilder.Build(RandomLoad.Make(seed, 1500, 4).ToTable());
            (StackLedger ledger, MemoryUse memory) =
                ConformanceReplay.Close(operations, selection, ConformanceReplay.Divided(operations));
            ConformanceSuite.Require(
                ledger.Strays == 0,
                $"random trace {seed}: {ledger.Strays} times a cache that held no stack by Reach = {policy.Descriptor.Reach} gave one: set Reach or MovesCached");
            ConformanceSuite.Require(
                policy.Descriptor.SpansCpus || ledger.DroppedElsewhere == 0,
                $"random trace {seed}: operations on one CPU dropped {ledger.DroppedElsewhere} stacks of other CPUs' caches: set SpansCpus");
            bool isPart = memory.Stranded is null || memory.Stranded.PeakBytes <= memory.Cached.PeakBytes;
            ConformanceSuite.Require(isPart, $"random trace {seed}: more stacks are stranded than cached");
        }
    }

    private static void RequireRefused(PolicyEntry policy, PolicyParameter parameter, Int128 value)
    {
        try
        {
            _ = ConformanceReplay.Select(policy, string.Create(CultureInfo.InvariantCulture, $"{parameter.Name}={value}"));
        }
        catch (PolicyException)
        {
            return;
        }

        throw new ConformanceException(string.Create(
            CultureInfo.InvariantCulture, $"{parameter.Name}={value} is accepted, but must be {parameter.Min} to {parameter.Max}"));
    }

    private static void RequireSound(StackOperations operations, PolicySelection selection, MachineShape machine, string where)
    {
        (StackLedger ledger, MemoryUse memory) = ConformanceReplay.Close(operations, selection, machine);
        long forks = operations.Evidence.Total(StackOperationKind.Allocate);
        ConformanceSuite.Require(ledger.Breaches == 0, $"{where}: {ledger.Breaches} impossible moves of stacks");
        ConformanceSuite.Require(forks == ledger.Hits + ledger.Misses, $"{where}: {forks} forks, {ledger.Hits} hits, {ledger.Misses} misses");
        ConformanceSuite.Require(
            ledger.Misses == ledger.Causes.Total, $"{where}: {ledger.Misses} misses, but the causes add up to {ledger.Causes.Total}");
        ConformanceSuite.Require(
            ledger.Allocations == ledger.Latency.Count, $"{where}: {ledger.Allocations} forks, but {ledger.Latency.Count} were priced");
        long inWindows = ledger.Series.Sum(point => point.Allocations);
        ConformanceSuite.Require(inWindows == ledger.Allocations, $"{where}: {ledger.Allocations} forks, but {inWindows} in windows");
        long hitsInWindows = ledger.Series.Sum(point => point.Hits);
        ConformanceSuite.Require(hitsInWindows == ledger.Hits, $"{where}: {ledger.Hits} hits, but {hitsInWindows} in windows");
        if (memory.Stranded is { } stranded)
        {
            bool isPart = stranded.EndBytes <= memory.Cached.EndBytes && stranded.MeanBytes <= memory.Cached.MeanBytes + 1e-6;
            ConformanceSuite.Require(isPart, $"{where}: more stacks are stranded than cached");
        }

        long bytes = selection.Policy.BytesOfStack(selection.Arguments, machine);
        long held = (memory.Live.EndBytes + memory.Cached.EndBytes + memory.WaitingForRcu.EndBytes) / bytes;
        long begun = ledger.StacksAtStart + ledger.Misses + ledger.MappedAhead;
        long gone = ledger.Freed + ledger.Forgotten;
        ConformanceSuite.Require(
            begun == gone + held, $"{where}: {begun} stacks were created, {gone} were freed or forgotten, {held} remain at the end");
    }
}
