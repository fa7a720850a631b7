using System.CommandLine.Parsing;

namespace ForkTrace.Cli.Plugins;

/// <summary>The limits of time and memory at which the tool ends foreign policies.</summary>
/// <param name="Time">How long one call of a policy may run. A call covers some thousand operations.</param>
/// <param name="MemoryBytes">How much the process may grow after policies begin to run.</param>
internal sealed record PolicyLimits(TimeSpan Time, long MemoryBytes)
{
    /// <summary>The option that limits the time, and its key in plan files.</summary>
    public const string TimeName = "policy-timeout";

    /// <summary>The same for memory.</summary>
    public const string MemoryName = "policy-memory";

    private const string DefaultTime = "60s";
    private const long MemoryMiBMin = 16;
    private const long MemoryMiBMax = 1 << 24;

    /// <summary>One minute, and 4 GiB or half of the memory of the machine.</summary>
    public static PolicyLimits Default => Of(null, null);

    /// <summary>Reads limits as a user writes them; null means the default.</summary>
    /// <exception cref="UsageException">A limit does not have its form.</exception>
    public static PolicyLimits Of(string? time, string? memory)
    {
        long mostBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
        return new PolicyLimits(TimeOf(time ?? DefaultTime), memory is null ? Math.Min(mostBytes, 4L << 30) : BytesOf(memory));
    }

    private static TimeSpan TimeOf(string text)
    {
        try
        {
            return TimeSpan.FromMicroseconds(DurationText.ParseNs(text) / 1000.0);
        }
        catch (FormatException mistake)
        {
            throw new UsageException($"{TimeName}: {mistake.Message}");
        }
    }

    private static long BytesOf(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long mib) && mib is >= MemoryMiBMin and <= MemoryMiBMax
            ? mib << 20
            : throw new UsageException($"{MemoryName} is '{text}', but must be a number of MiB, {MemoryMiBMin} to {MemoryMiBMax}");
}

/// <summary>The two options of every command that runs foreign policies.</summary>
internal sealed class PolicyLimitOptions
{
    private readonly Option<string?> _time = new($"--{PolicyLimits.TimeName}")
    {
        Description = "When a policy from a file counts as hung: after this time for one call of some thousand operations. Without it: 60s.",
        HelpName = "TIME",
    };

    private readonly Option<string?> _memory = new($"--{PolicyLimits.MemoryName}")
    {
        Description = "Memory in MiB that policies from files may use. Without it: 4096, or half of the machine's memory.",
        HelpName = "MIB",
    };

    public PolicyLimitOptions(Command command)
    {
        command.Add(_time);
        command.Add(_memory);
    }

    public PolicyLimits Read(ParseResult parsed) => PolicyLimits.Of(parsed.GetValue(_time), parsed.GetValue(_memory));
}
