using System.Globalization;
using System.Text;
using ForkTrace.TestKit.Fuzzing;

namespace ForkTrace.Fuzz;

/// <summary>Writes findings: a file with the bytes, and a text file that describes the finding and how to repeat it.</summary>
internal sealed class FindingFolder(string folder, string target, int seed)
{
    /// <summary>Writes a finding and reports it on standard error.</summary>
    public void Write(FuzzFinding finding, long iteration, FuzzFinding? smallest)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{target}-{seed}-{iteration}");
        string path = Path.Combine(folder, name);
        File.WriteAllBytes(path, (smallest ?? finding).Input);
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"{target}: {finding.Signature}");
        text.AppendLine(CultureInfo.InvariantCulture, $"repeat: dotnet run -c Release --project tests/Fuzz -- {target} --input {path}");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"    or: dotnet run -c Release --project tests/Fuzz -- {target} --seed {seed} --iteration {iteration}");
        text.AppendLine(finding.Detail);
        File.WriteAllText(path + ".txt", text.ToString());
        Console.Error.Write(text.ToString());
    }
}
