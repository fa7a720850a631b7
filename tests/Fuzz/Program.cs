using System.Globalization;
using ForkTrace.Fuzz;
using ForkTrace.TestKit.Fuzzing;

// dotnet run -c Release --project tests/Fuzz -- TARGET|all [options]. See CONTRIBUTING.md for how to repeat findings.
const string Usage = """
    usage: ForkTrace.Fuzz TARGET|all|list [--seconds N] [--seed S] [--findings FOLDER]
           ForkTrace.Fuzz TARGET --seed S --iteration N     one input that a seed makes
           ForkTrace.Fuzz TARGET --input FILE | --stdin     one input as it is; an unexpected exception ends the process (AFL and the like)
           ForkTrace.Fuzz TARGET --seeds FOLDER             writes the well-formed inputs that mutations start from
           ForkTrace.Fuzz instrument FOLDER                 makes a copy of the build count branches, for afl-fuzz (tests/Fuzz/run)
           ForkTrace.Fuzz TARGET --afl                      serves afl-fuzz
           ForkTrace.Fuzz TARGET --edges FOLDER             prints the edges that inputs take, if the build was instrumented to tell them
    """;

IReadOnlyList<IFuzzTarget> targets = FuzzTargetCatalog.In(typeof(IFuzzTarget).Assembly, typeof(FuzzOptions).Assembly);
if (args is ["list"])
{
    foreach (IFuzzTarget target in targets)
        Console.WriteLine(target.Name);
    return 0;
}

if (args is ["instrument", string build])
{
    AflRun.Instrument(build);
    return 0;
}

if (FuzzOptions.TryParse(args, out FuzzOptions options) is { } mistake)
{
    Console.Error.WriteLine(mistake + "\n" + Usage);
    return 2;
}

IFuzzTarget[] chosen = [.. targets.Where(target => options.Target == "all" || target.Name == options.Target)];
if (chosen.Length == 0 || (chosen.Length > 1 && options.IsOneInput))
{
    Console.Error.WriteLine($"there is no target '{options.Target}'; there are {string.Join(", ", targets.Select(target => target.Name))}");
    return 2;
}

if (options.SeedFolder is { } folder)
{
    Directory.CreateDirectory(folder);
    IReadOnlyList<byte[]> seeds = chosen[0].Seeds();
    for (int seed = 0; seed < seeds.Count; seed++)
        File.WriteAllBytes(Path.Combine(folder, seed.ToString(CultureInfo.InvariantCulture)), seeds[seed]);
    return 0;
}

if (options.EdgeFolder is { } inputs)
{
    EdgeRun.Print(chosen[0], inputs);
    return 0;
}

if (options.IsAfl)
{
    AflRun.Serve(chosen[0]);
    return 0;
}

if (options.IsOneInput)
    return OneInput.Run(chosen[0], options);
if (options.IsChild)
    return new FuzzLoop(chosen[0], options).Run();
Directory.CreateDirectory(options.Findings);

// Each target has a separate process, because an access violation or a stack overflow ends the process.
bool hasFindings = false;
foreach (IFuzzTarget target in chosen)
    hasFindings |= !FuzzProcess.Run(target, options);
return hasFindings ? 1 : 0;
