using ForkTrace.Ingest.Formats;
using ForkTrace.TestKit.Fuzzing;

namespace ForkTrace.Ingest.Tests.Shared;

/// <summary>
/// All readers read or reject damaged input: no other exception, no endless loop, limited memory. The tests use the fuzz targets, and every
/// format must have a target.
/// </summary>
public sealed class DamageTests
{
    private const int FlipRounds = 1000;
    private const int MutationRounds = 200;

    // The smallest input of a target is cut at every length, other inputs at this many lengths. Bits are flipped only in inputs that are
    // not much larger than this.
    private const int SmallBytes = 12_000;
    private const int CutsOfOthers = 60;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    public static TheoryData<string> Targets { get; } = [.. FuzzTargetCatalog.Readers().Select(target => target.Name)];

    public static TheoryData<string> Formats { get; } = [.. FormatCatalog.All.Select(format => format.Descriptor.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_format_has_a_target_whose_inputs_are_its_own(string name)
    {
        ITraceFormat format = FormatCatalog.ByName(name);
        IFuzzTarget target = Assert.Single(FuzzTargetCatalog.Readers(), target => target.Format == name);
        Assert.NotEmpty(target.Seeds());
        Assert.All(target.Seeds(), seed => Assert.True(format.Sniff(seed.AsSpan(0, Math.Min(seed.Length, FormatCatalog.PrefixBytes)))));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Undamaged_inputs_are_read(string name)
    {
        IFuzzTarget target = Target(name);

        // Windows' traces are recognised only to reject them.
        Assert.All(target.Seeds(), seed => Assert.Equal(name is not ("etl" or "eventpipe"), target.Run(seed)));
        Assert.Contains(target.Seeds(), seed => seed.Length <= SmallBytes);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_cut_is_read_or_rejected(string name) => Within(name, (target, run) =>
    {
        byte[] smallest = target.Seeds().MinBy(seed => seed.Length)!;
        for (int length = 1; length < smallest.Length; length++)
            Hold(run.Try(smallest[..length]), $"the first {length} of {smallest.Length} bytes");
        foreach (byte[] seed in target.Seeds().Where(seed => seed != smallest))
        {
            int step = 1 + (seed.Length / CutsOfOthers);
            for (int length = 1; length < seed.Length; length += step)
                Hold(run.Try(seed[..length]), $"the first {length} of {seed.Length} bytes");
        }
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public void Flipped_bits_are_read_or_rejected(string name) => Within(name, (target, run) =>
    {
        byte[][] seeds = [.. target.Seeds().Where(seed => seed.Length <= SmallBytes)];
        Random random = new(name.Length);
        for (int round = 0; round < FlipRounds; round++)
            Hold(run.Try(Mutator.FlipBits(seeds[round % seeds.Length], random)), $"round {round}");
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public void Mutations_are_read_or_rejected(string name) => Within(name, (_, run) =>
    {
        for (int round = 0; round < MutationRounds; round++)
            Hold(run.Try(run.Input(round)), $"iteration {round}");
    });

    // The last row is an RCU softirq that runs a stack's callback, so the callback is after all rows.
    [Fact]
    public void A_recording_that_ends_with_the_softirq_of_a_callback_is_read()
    {
        IFuzzTarget target = Target("trace-cmd-report");
        byte[] seed = target.Seeds().First(seed => seed.Length == 9846);
        Assert.True(target.Run(seed[..4351]));
    }

    // Bugs that fuzzing found and that the few rounds above do not reach: comms with an empty dictionary, a block without bytes.
    [Theory]
    [InlineData("event-file", 2832)]
    [InlineData("trace.dat", 1315)]
    public void Earlier_findings_are_read_or_rejected(string name, long iteration) =>
        Within(name, (_, run) => Hold(run.Try(run.Input(iteration)), $"iteration {iteration}"));

    private static IFuzzTarget Target(string name) => FuzzTargetCatalog.Readers().Single(target => target.Name == name);

    private static void Hold(FuzzFinding? finding, string what) => Assert.True(finding is null, $"{what}: {finding?.Detail}");

    // A reader in an endless loop must not block the tests.
    private static void Within(string name, Action<IFuzzTarget, FuzzRun> check)
    {
        IFuzzTarget target = Target(name);
        Task checking = Task.Run(() => check(target, new FuzzRun(target, seed: 1)));
        Assert.True(Task.WaitAny([checking], s_patience) == 0, $"{name} did not end within {s_patience}");
        checking.GetAwaiter().GetResult();
    }
}
