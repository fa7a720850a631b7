using ForkTrace.Events;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Ledger;

namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>
/// Forks, deaths, frees and CPUs that go offline, in any order, replayed with a policy from empty or full caches. No stack may be lost or
/// invented, and the policy's slow twin must give the same result.
/// </summary>
/// <remarks>
/// Four bytes of header: policy, the values of its first and second parameter, CPUs and flags. Then four bytes per event: kind and CPU,
/// time since the last event, task, and parent.
/// </remarks>
public sealed class ReplayTarget : IFuzzTarget
{
    private const int HeadBytes = 4;
    private const int EventBytes = 4;
    private const int EventsMax = 400;
    private const int CpusMax = 4;
    private static readonly PolicyEntry[] s_policies = [.. PolicyCatalog.All.Where(policy => policy.Resolve is null)];

    public string Name => "replay";

    public string? Format => null;

    // Each policy with forks and deaths on two CPUs, where dead tasks are freed later.
    public IReadOnlyList<byte[]> Seeds() =>
    [
        .. s_policies.Select((_, policy) =>
        {
            List<byte> input = [(byte)policy, (byte)(policy % 5), 2, (byte)(1 | (policy % 2 << 2))];
            for (int task = 0; task < 12; task++)
            {
                byte cpu = (byte)(task % 3 << 4);
                input.AddRange([cpu, 80, (byte)task, 0, (byte)(2 | cpu), 120, (byte)task, 0]);
                if (task > 3)
                    input.AddRange([(byte)(4 | cpu), 100, (byte)(task - 3), 0]);
            }

            input.AddRange([6, 90, 1, 0, 0, 200, 0, 0]);
            return input.ToArray();
        }),
    ];

    public bool Run(byte[] input)
    {
        if (input.Length < HeadBytes + EventBytes)
            return false;
        PolicyEntry policy = s_policies[input[0] % s_policies.Length];
        PolicySelection selection = PolicySelection.Parse(policy.Descriptor.Name + Arguments(policy, input[1], input[2]));
        bool startFull = (input[3] & 4) != 0;
        StackOperations operations = LifecycleBuilder.Build(Events(input));
        MachineShape machine = Replays.Machine(operations);
        if (policy.Descriptor.Name != "clairvoyant")
            TwinCheck.Require(operations, selection, machine, startFull);
        else if (Replays.Ledger(operations, selection.ToString(), machine, startFull).Ledger is { Breaches: > 0 } ledger)
            throw new InvalidOperationException($"{selection}: {ledger.Breaches} impossible moves of stacks");
        return true;
    }

    private static string Arguments(PolicyEntry policy, byte first, byte second)
    {
        string[] arguments =
        [
            .. policy.Descriptor.Parameters.Zip([first, second], (parameter, number) =>
                $"{parameter.Name}={Math.Min(parameter.Max, parameter.Min + (number % 2 == 0 ? number / 2 % 12 : number))}"),
        ];
        return arguments.Length == 0 || (first | second) == 0 ? "" : ":" + string.Join(',', arguments);
    }

    private static EventTable Events(byte[] input)
    {
        int cpus = 1 + (input[3] % CpusMax);
        bool hasLoss = (input[3] & 8) != 0;
        SyntheticTrace trace = new()
        {
            Cpus = cpus,
            Losses = hasLoss ? [new LossInterval((input[3] >> 4) - 1, input[2] * 20_000L, input[2] * 40_000L, 1)] : [],
        };
        int tasks = 1;
        trace.NewTaskId();
        long timeNs = 1;
        for (int at = HeadBytes, count = 0; at + EventBytes <= input.Length && count < EventsMax; at += EventBytes, count++)
        {
            int cpu = (input[at] >> 4) % cpus;

            // From 0 to 2 s, in steps that double.
            timeNs += (input[at + 1] & 7L) << (input[at + 1] >> 3);
            int task = input[at + 2] % tasks, other = input[at + 3] % tasks;
            switch (input[at] & 7)
            {
                case 0:
                    trace.Fork(timeNs, cpu);
                    tasks++;
                    break;
                case 1:
                    trace.Fork(timeNs, cpu, other);
                    tasks++;
                    break;
                case 2 or 3:
                    trace.Die(timeNs, cpu, task, zombie: (input[at] & 1) != 0);
                    break;
                case 4:
                    trace.Free(timeNs, cpu, task);
                    break;
                case 5:
                    trace.Add(timeNs, cpu, EventKind.Exit, task, -1, 1);
                    break;
                case 6:
                    trace.TakeDown(timeNs, other % cpus, cpu);
                    break;
                default:
                    EventKind kind = (input[at + 3] & 3) switch
                    {
                        0 => EventKind.RcuSoftirqEntry,
                        1 => EventKind.RcuSoftirqExit,
                        2 => EventKind.TaskAlloc,
                        _ => EventKind.RcuGracePeriod,
                    };
                    trace.Add(timeNs, cpu, kind, task, -1, 6000);
                    break;
            }
        }

        return trace.ToTable();
    }
}
