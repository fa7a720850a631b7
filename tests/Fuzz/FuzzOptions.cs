using System.Globalization;

namespace ForkTrace.Fuzz;

/// <summary>The options on the command line.</summary>
internal sealed record FuzzOptions
{
    public string Target { get; private set; } = "";

    public int Seconds { get; private set; } = 60;

    public int Seed { get; private set; } = 1;

    /// <summary>Folder for findings.</summary>
    public string Findings { get; private set; } = Path.Combine(Path.GetTempPath(), "forktrace-fuzz");

    public string? Input { get; private set; }

    public bool IsStandardInput { get; private set; }

    public long Iteration { get; private set; } = -1;

    public string? SeedFolder { get; private set; }

    /// <summary>Folder with inputs whose edges are asked for.</summary>
    public string? EdgeFolder { get; private set; }

    /// <summary>True under afl-fuzz, which provides the inputs.</summary>
    public bool IsAfl { get; private set; }

    /// <summary>True in a child process, which fuzzes one target.</summary>
    public bool IsChild { get; private set; }

    public bool IsOneInput => Input is not null || IsStandardInput || Iteration >= 0 || SeedFolder is not null || EdgeFolder is not null;

    /// <summary>Parses the arguments. Returns a message if they are wrong, else null.</summary>
    public static string? TryParse(string[] args, out FuzzOptions options)
    {
        options = new FuzzOptions();
        for (int at = 0; at < args.Length; at++)
        {
            if (!args[at].StartsWith("--", StringComparison.Ordinal) && options.Target.Length == 0)
                options.Target = args[at];
            else if (!options.TakeFlag(args[at]) && (at + 1 == args.Length || !options.Take(args[at], args[++at])))
                return $"'{args[at]}' is not understood";
        }

        return options.Target.Length == 0 ? "no target is given" : null;
    }

    private bool TakeFlag(string name)
    {
        IsStandardInput |= name == "--stdin";
        IsChild |= name == "--child";
        IsAfl |= name == "--afl";
        return name is "--stdin" or "--child" or "--afl";
    }

    private bool Take(string name, string value)
    {
        bool isNumber = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number);
        switch (name)
        {
            case "--seconds" when isNumber && number <= int.MaxValue:
                Seconds = (int)number;
                return true;
            case "--seed" when isNumber && number <= int.MaxValue:
                Seed = (int)number;
                return true;
            case "--iteration" when isNumber:
                Iteration = number;
                return true;
            case "--input":
                Input = value;
                return true;
            case "--findings":
                Findings = value;
                return true;
            case "--seeds":
                SeedFolder = value;
                return true;
            case "--edges":
                EdgeFolder = value;
                return true;
            default:
                return false;
        }
    }
}
