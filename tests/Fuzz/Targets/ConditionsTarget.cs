using System.Text;
using ForkTrace.Events;
using ForkTrace.Replay;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Contract;
using ForkTrace.TestKit.Fuzzing;

namespace ForkTrace.Fuzz.Targets;

/// <summary>
/// Texts of conditions, as in options and plans, and of policies. The first byte selects which. The printed form of an accepted text must
/// be accepted, and must print the same.
/// </summary>
internal sealed class ConditionsTarget : IFuzzTarget
{
    private static readonly TraceFacts s_facts = new()
    {
        Trace = "t",
        Format = "synthetic",
        Kernel = "6.18.0",
        Clock = "mono",
        ClockUnit = "ns",
        Cpus = 8,
        LastNs = 1_000_000_000,
    };

    private static readonly string[] s_texts =
    [
        "100ms", "1.5s", "both", "18446744073709551615", "hz=1000,nocb=1-7,on=0,lazy=10s,always", "0.5%:200us",
        "wchan=10/5us,stack=0.5%:200us,kthread-stop=1/1ms,syscall=2/3us", "0-15:0,16-31:1", "node0=0-3;node1=4-7;llc0=0-7;memoryless=1",
        "interleave", "lwn-2016",
    ];

    private static readonly string[] s_policies =
        ["linux-5.18:capacity=1..8", "budget:watermark=6,keep=50", "kernel", "magazine:capacity=2,depot=0", "linux@6.1,learned"];

    // File names in a text are of this folder, which does not exist.
    private readonly string _missing = ScratchFile.NewPath();

    public string Name => "conditions";

    public string? Format => null;

    public IReadOnlyList<byte[]> Seeds() =>
    [
        .. ConditionDefinition.All.SelectMany((_, place) => s_texts.Select(text => Input(place, text))),
        .. s_policies.Select(text => Input(ConditionDefinition.All.Length, text)),
    ];

    public bool Run(byte[] input)
    {
        if (input.Length == 0)
            return false;
        int place = input[0] % (ConditionDefinition.All.Length + 1);
        string text = Encoding.UTF8.GetString(input.AsSpan(1));
        try
        {
            if (place == ConditionDefinition.All.Length)
                Policies(text);
            else
                Condition(ConditionDefinition.All[place], text);
            return true;
        }
        catch (Exception rejection) when (rejection is FormatException or PolicyException && rejection.Message.Length > 0)
        {
            return false;
        }
    }

    private static byte[] Input(int place, string text) => [(byte)place, .. Encoding.UTF8.GetBytes(text)];

    private void Condition(ConditionDefinition condition, string text)
    {
        ReplayConditions read = condition.Read(ReplayConditions.Default, text, _missing);
        _ = (condition.Key(read), condition.Note?.Invoke(read), condition.Column?.Value(read), condition.Misfit(read, s_facts));
        string printed = condition.Print(read);
        if (printed.Length == 0)
            return;
        string again;
        try
        {
            again = condition.Print(condition.Read(ReplayConditions.Default, printed, _missing));
        }
        catch (Exception rejection) when (rejection is FormatException or PolicyException)
        {
            throw new InvalidDataException($"{condition.Name}: '{text}' prints as '{printed}', which is refused: {rejection.Message}", rejection);
        }

        if (again != printed)
            throw new InvalidDataException($"{condition.Name}: '{text}' prints as '{printed}', and that as '{again}'");
    }

    private static void Policies(string text)
    {
        // A model is a file, so a text with a slash could name any path.
        if (text.Contains('/', StringComparison.Ordinal))
            return;
        foreach (PolicySelection selection in PolicySelection.ParseAll(text))
        {
            string printed = selection.ToString();
            if (PolicySelection.Parse(printed).ToString() != printed)
                throw new InvalidDataException($"'{text}' gives '{printed}', which is read as '{PolicySelection.Parse(printed)}'");
        }
    }
}
