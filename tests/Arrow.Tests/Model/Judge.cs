using System.ComponentModel;
using System.Diagnostics;
using ForkTrace.TestKit;

namespace ForkTrace.Arrow.Tests.Model;

/// <summary>
/// The official JavaScript library, run in node: the second opinion. A test that needs it fails when it is missing.
/// </summary>
internal static class Judge
{
    private static readonly string s_folder = Path.Combine(RepositoryFiles.Root, "tests", "Arrow.Tests", "judge");

    /// <summary>The JSON of a file or stream as the judge reads it.</summary>
    public static string Dump(byte[] bytes)
    {
        using TemporaryFile file = new(bytes);
        return TestTable.Normalize(Run("", "dump.mjs", file.Path));
    }

    /// <summary>A file or stream that the judge writes from the JSON of a <see cref="TestTable"/>.</summary>
    public static byte[] Write(string json, bool isFile, bool isCompressed)
    {
        using TemporaryFile file = new();
        Run(json, "write.mjs", file.Path, isFile ? "file" : "stream", isCompressed ? "zstd" : "none");
        return File.ReadAllBytes(file.Path);
    }

    private static string Run(string input, string script, params string[] arguments)
    {
        ProcessStartInfo start = new("node", [Path.Combine(s_folder, script), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Start(start);
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        if (process.ExitCode != 0)
            Assert.Fail($"The judge failed: node {script} {string.Join(' ', arguments)}\n{error.Result}");
        return output.Result;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            Assert.Fail($"node was not found ({missing.Message}). The Arrow tests need it: apt-get install nodejs npm, then build again.");
            throw;
        }
    }
}
