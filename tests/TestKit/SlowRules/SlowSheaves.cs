using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Ledger;

namespace ForkTrace.TestKit.SlowRules;

/// <summary>A main and a spare sheaf per CPU (even and odd keys), and a barn of full sheaves per node (keys below 0).</summary>
public sealed class SlowSheaves(IReadOnlyDictionary<string, long> arguments, MachineShape machine) : SlowRule
{
    private long Size => arguments["sheaf"];

    public override SlowStack? Take(int cpu)
    {
        if (CacheOf(Main(cpu)).Count == 0)
            Move(CacheOf(Spare(cpu)).Count > 0 ? Spare(cpu) : Barn(cpu), Main(cpu));
        return TakeLast(Main(cpu));
    }

    public override bool Dead(SlowStack stack, int cpu)
    {
        bool isForeign = stack.ForkCpu >= 0 && machine.NodeOfCpu[stack.ForkCpu] != machine.NodeOfCpu[cpu];
        if (isForeign || Size == 0)
        {
            Free();
            return true;
        }

        if (CacheOf(Main(cpu)).Count == Size)
            MakeRoom(cpu);
        Put(Main(cpu), stack);
        return true;
    }

    public override void Callback(SlowStack stack, int cpu) => throw new InvalidOperationException("Nothing is queued.");

    public override void CpuOffline(int cpu)
    {
        FreeAll(Main(cpu));
        FreeAll(Spare(cpu));
    }

    public override void LostEvents(int cpu)
    {
        Forget(Main(cpu));
        Forget(Spare(cpu));
        Forget(Barn(cpu));
    }

    public override void Fill(int cpu)
    {
        FillUp(Main(cpu), Size);
        FillUp(Spare(cpu), Size);
        FillUp(Barn(cpu), Size * arguments["barn"]);
    }

    private void MakeRoom(int cpu)
    {
        if (CacheOf(Spare(cpu)).Count > 0)
        {
            if (CacheOf(Barn(cpu)).Count < Size * arguments["barn"])
                Move(Spare(cpu), Barn(cpu));
            else
                FreeAll(Spare(cpu));
        }

        Move(Main(cpu), Spare(cpu));
    }

    // Moves one sheaf, or as many stacks as there are.
    private void Move(int from, int to)
    {
        for (long moved = 0; moved < Size && TakeLast(from) is { } stack; moved++)
            CacheOf(to).Add(stack);
    }

    private static int Main(int cpu) => 2 * cpu;

    private static int Spare(int cpu) => (2 * cpu) + 1;

    private int Barn(int cpu) => -1 - machine.NodeOfCpu[cpu];
}
