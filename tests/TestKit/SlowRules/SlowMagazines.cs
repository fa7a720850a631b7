using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Ledger;

namespace ForkTrace.TestKit.SlowRules;

/// <summary>Magazines per CPU (keys from 0) and depots (keys below 0).</summary>
public sealed class SlowMagazines(IReadOnlyDictionary<string, long> arguments, MachineShape machine) : SlowRule
{
    public override SlowStack? Take(int cpu)
    {
        if (CacheOf(cpu).Count == 0)
        {
            List<SlowStack> depot = CacheOf(DepotOf(cpu));
            for (int moved = 0; depot.Count > 0 && (moved == 0 || moved < arguments["capacity"]); moved++)
                CacheOf(cpu).Add(TakeLast(DepotOf(cpu))!);
        }

        return TakeLast(cpu);
    }

    public override bool Dead(SlowStack stack, int cpu)
    {
        List<SlowStack> depot = CacheOf(DepotOf(cpu));
        bool isFull = CacheOf(cpu).Count >= arguments["capacity"];
        if (isFull && depot.Count >= arguments["depot"])
        {
            Free();
            return true;
        }

        Put(cpu, stack);
        while (isFull && CacheOf(cpu).Count > 0 && depot.Count < arguments["depot"])
            depot.Add(TakeLast(cpu)!);
        return true;
    }

    public override void Callback(SlowStack stack, int cpu) => throw new InvalidOperationException("Nothing is queued.");

    public override void CpuOffline(int cpu) => FreeAll(cpu);

    public override void LostEvents(int cpu)
    {
        Forget(cpu);
        Forget(DepotOf(cpu));
    }

    public override void Fill(int cpu)
    {
        FillUp(cpu, arguments["capacity"]);
        FillUp(DepotOf(cpu), arguments["depot"]);
    }

    private int DepotOf(int cpu) => -1 - (arguments["scope"] == 1 ? machine.CacheOfCpu[cpu] : machine.NodeOfCpu[cpu]);
}
