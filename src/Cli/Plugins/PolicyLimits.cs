using System.CommandLine.Parsing;

namespace ForkTrace.Cli.Plugins;

/// <summary>What foreign policies may take before the tool ends them.</summary>
/// <param name="Time">How long code of a policy may run without coming back: it is called for some thousand operations at a time.</param>
/// <param name="MemoryBytes">By how much the process may grow once policies run.</param>
internal sealed record PolicyLimits(TimeSpan Time, long MemoryBytes)
{
    /// <summary>The option that limits the time, and the key of plan files that does.</summary>
    public const string TimeName = "policy-timeout";

    /// <summary>The same for memory.</summary>
    public const string MemoryName = "policy-memory";

    private const string DefaultTime = "60s";
    private const long MemoryMiBMin = 16;
    private const long MemoryMiBMax = 1 << 24;

    /// <summary>A minute, and 4 GiB or half of the memory that there is.</summary>
    public static PolicyLimits Default => Of(null, null);

    /// <summary>Limits as a user writes them; null for the default.</summary>
    /// <exception cref="UsageException">One is not of its form.</exception>
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
        Description = "When a policy from a file counts as hung. That is: it runs so long without coming back, per some thousand operations. Without it: 60s.",
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
