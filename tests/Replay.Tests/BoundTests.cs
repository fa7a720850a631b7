using ForkTrace.Events;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>Compares the bounds with all possible choices, on traces that are small enough to try all of them.</summary>
public sealed class BoundTests
{
    [Theory]
    [InlineData("clairvoyant", 1, 1)]
    [InlineData("clairvoyant", 2, 1)]
    [InlineData("clairvoyant", 2, 2)]
    [InlineData("clairvoyant", 3, 1)]
    [InlineData("global-pool", 1, 2)]
    [InlineData("global-pool", 3, 1)]
    public void No_choice_of_stacks_to_keep_hits_more(string policy, int cpus, int capacity)
    {
        bool isShared = policy == "global-pool";
        int best = 0;
        for (int seed = 0; seed < 150; seed++)
        {
            StackOperations operations = LifecycleBuilder.Build(Small(seed, cpus));
            long hits = Replays.Ledger(operations, $"{policy}:capacity={capacity}").Ledger.Hits;
            int expected = BestHits(operations, 0, new int[cpus], capacity * cpus, isShared, []);
            Assert.Equal(expected, hits);
            best = Math.Max(best, expected);
        }

        Assert.True(best > 2);
    }

    [Fact]
    public void Policies_of_the_same_memory_are_below_their_bounds()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            var events = SyntheticTrace.Random(seed, 1500, 4);
            foreach (int capacity in new[] { 0, 1, 2, 4 })
            {
                long clairvoyant = Replays.Of(events, $"clairvoyant:capacity={capacity}").Hits;
                long pool = Replays.Of(events, $"global-pool:capacity={capacity}").Hits;
                Assert.True(clairvoyant <= pool);
                Assert.True(clairvoyant <= Replays.Of(events, "unbounded").Hits);
                Assert.True(Replays.Of(events, $"linux-4.9:capacity={capacity}").Hits <= clairvoyant);
                Assert.True(Replays.Of(events, $"parent-return:capacity={capacity}").Hits <= pool);
                Assert.True(Replays.Of(events, $"llc-shared:capacity={capacity}").Hits <= pool);
            }
        }
    }

    [Fact]
    public void The_clairvoyant_never_holds_more_than_its_budget()
    {
        CellResult row = Replays.Of(SyntheticTrace.Random(3, 3000, 4), "clairvoyant:capacity=3");
        Assert.Equal(12 * 16384, row.Memory.Cached.PeakBytes);
        Assert.Equal(0, row.Memory.Cached.EndBytes);
    }

    private static Events.EventTable Small(int seed, int cpus)
    {
        Random random = new(seed);
        long lostNs = 1000 * random.Next(16);
        bool hasGap = seed % 3 == 0;
        SyntheticTrace trace = new()
        {
            Cpus = cpus,
            Losses = hasGap ? [new Events.LossInterval(random.Next(cpus), lostNs, lostNs + 500, 1)] : [],
        };
        List<int> live = [.. Enumerable.Range(0, 5).Select(_ => trace.NewTaskId())];
        for (int step = 1; step <= 14; step++)
        {
            if (live.Count > 0 && random.Next(2) == 0)
            {
                trace.Die(step * 1000, random.Next(cpus), live[0]);
                live.RemoveAt(0);
            }
            else
            {
                live.Add(trace.Fork(step * 1000, random.Next(cpus)));
            }
        }

        return trace.ToTable();
    }

    // At every release, tries both to keep the stack and to free it.
    private static int BestHits(
        StackOperations operations, int index, int[] cached, int budget, bool isShared, Dictionary<string, int> known)
    {
        if (index == operations.Count)
            return 0;
        string state = $"{index}:{string.Join(',', cached)}";
        if (known.TryGetValue(state, out int best))
            return best;
        int cache = isShared ? 0 : operations.Cpus[index];
        int[] before = [.. cached];
        if (operations.Kinds[index] == StackOperationKind.LostEvents)
            cached[cache] = 0;
        best = BestHits(operations, index + 1, cached, budget, isShared, known);
        if (operations.Kinds[index] == StackOperationKind.Allocate && cached[cache] > 0)
        {
            cached[cache]--;
            best = Math.Max(best, 1 + BestHits(operations, index + 1, cached, budget, isShared, known));
            cached[cache]++;
        }
        else if (operations.Kinds[index] == StackOperationKind.Release && cached.Sum() < budget)
        {
            cached[cache]++;
            best = Math.Max(best, BestHits(operations, index + 1, cached, budget, isShared, known));
            cached[cache]--;
        }

        before.CopyTo(cached, 0);
        known[state] = best;
        return best;
    }
}
