using System.Globalization;
using System.Text.RegularExpressions;

namespace ForkTrace.Ingest.Tests.TraceDat;

/// <summary>One line of <c>trace-cmd report -R -t</c>: all fields as raw numbers, times in full nanoseconds.</summary>
internal sealed partial record ReportLine(int Pid, int Cpu, long TimeNs, string Event, string Body)
{
    public static ReportLine? Parse(string line)
    {
        Match match = LinePattern().Match(line);
        if (!match.Success)
            return null;
        long timeNs = (Number(match, "s") * 1_000_000_000L) + Number(match, "ns");
        return new ReportLine(Number(match, "pid"), Number(match, "cpu"), timeNs, match.Groups["event"].Value, match.Groups["body"].Value);
    }

    public string Text(string field)
    {
        Match match = Regex.Match(Body, $"(^| ){field}=(?<value>.*?)( [a-z_]+=|$)");
        Assert.True(match.Success, $"{field} in {Body}");
        return match.Groups["value"].Value;
    }

    public int Decimal(string field) => int.Parse(Text(field), CultureInfo.InvariantCulture);

    public long Hex(string field) =>
        (long)ulong.Parse(Text(field).Replace("0x", "", StringComparison.Ordinal), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^ *.*-(?<pid>\d+) +\[(?<cpu>\d+)\] +(?<s>\d+)\.(?<ns>\d{9}): (?<event>\w+): +(?<body>.*)$")]
    private static partial Regex LinePattern();

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
}
