using ForkTrace.Replay.Contract;
using ForkTrace.TestKit.Fuzzing.Targets;

namespace ForkTrace.Replay.Tests;

/// <summary>Minimised findings from fuzzing <see cref="ReplayTarget"/>, with every policy.</summary>
public sealed class ArbitraryEventsTests
{
    private const int PoliciesMax = 256;

    [Theory]

    // A task that is freed and then dies. No reader gives such a life, but an event file from elsewhere can contain it.
    [InlineData("00000000 00000000 02000000 04000100 00000000 02000100")]

    // A CPU that goes offline at the same time as a later death on it: its callbacks ran before the death.
    [InlineData("00000005 00000000 16000000 00000000 00000000 02000000")]

    // The same for callbacks that free a task_struct (PREEMPT_RT): they ran before the callbacks that queue them.
    [InlineData(
        "00040001 00000000 02000000 10000000 12000100 00000000 02000000 00000000 00000000 00000000 00000000 00000000 05000000 02000000 06000003")]
    public void No_stack_is_lost_or_invented(string input)
    {
        byte[] bytes = Convert.FromHexString(input.Replace(" ", "", StringComparison.Ordinal));
        Assert.InRange(PolicyCatalog.All.Length, 1, PoliciesMax);
        for (int policy = 0; policy < PolicyCatalog.All.Length; policy++)
        {
            bytes[0] = (byte)policy;
            Assert.True(new ReplayTarget().Run(bytes));
        }
    }
}
