using System.Text.Json;

namespace ForkTrace.Ingest.Opening;

/// <summary>
/// The small file next to a recording that says how its kernel was built: RECORDING.kernel.json, written by <c>forktrace record</c>. It is
/// also found next to a recording that was packed later: <c>trace.dat.kernel.json</c> for <c>trace.dat.zst</c>.
/// </summary>
public static class KernelFactsFile
{
    private const int BytesMax = 64 << 10;
    private static readonly string[] s_packings = [".zst", ".gz", ".xz", ".lz4", ".zip", ".tar", ".tgz"];

    /// <summary>The facts next to a recording; null if there is no such file. Rejects a file with other content.</summary>
    public static KernelFacts? Read(string recording)
    {
        if (recording == TraceOpener.StandardInput || Places(recording).FirstOrDefault(File.Exists) is not { } path)
            return null;
        try
        {
            return KernelFactsJson.Parse(Bytes(path));
        }
        catch (JsonException damage)
        {
            throw new IngestException(
                "kernel_facts",
                $"{path} should say how the kernel of {Path.GetFileName(recording)} was built ('forktrace record' writes it), but is damaged:"
                + $" {damage.Message.TrimEnd('.')}. Repair it, or remove it; then only the kernel's release is used");
        }
    }

    /// <summary>A recording's facts with those of its kernel. If they describe another kernel, they are left out, and an issue says
    /// so.</summary>
    public static TraceFacts Join(TraceFacts facts, KernelFacts kernel)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(kernel);
        bool isOther = facts.Kernel.Length > 0 && kernel.Release is { } release && release != facts.Kernel;
        if (!isOther)
        {
            return facts with
            {
                KernelFacts = kernel,
                Kernel = facts.Kernel.Length > 0 ? facts.Kernel : kernel.Release ?? "",
                Machine = facts.Machine.Length > 0 ? facts.Machine : kernel.Machine ?? "",
            };
        }

        ImportIssue issue = new(
            IssueSeverity.Warning,
            "other_kernel_facts",
            $"The file {KernelFacts.FileSuffix} next to the recording describes kernel {kernel.Release}, but {facts.Kernel} was recorded: it is not used.",
            1);
        return facts with { Issues = facts.Issues.Add(issue) };
    }

    private static IEnumerable<string> Places(string recording)
    {
        string path = Path.TrimEndingDirectorySeparator(recording);
        yield return path + KernelFacts.FileSuffix;
        while (Array.Exists(s_packings, packing => path.EndsWith(packing, StringComparison.OrdinalIgnoreCase)))
        {
            path = path[..path.LastIndexOf('.')];
            yield return path + KernelFacts.FileSuffix;
        }
    }

    private static byte[] Bytes(string path)
    {
        using FileStream file = File.OpenRead(path);
        byte[] bytes = new byte[BytesMax + 1];
        int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length <= BytesMax
            ? bytes[..length]
            : throw new JsonException(string.Create(CultureInfo.InvariantCulture, $"it is larger than {BytesMax} bytes"));
    }
}
