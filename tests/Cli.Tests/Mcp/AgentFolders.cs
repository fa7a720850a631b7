using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests.Mcp;

/// <summary>A folder that an agent may read, with a recording and its results, and another folder that it must not read.</summary>
public sealed class AgentFolders : IDisposable
{
    public AgentFolders()
    {
        File.Copy(RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst"), Allowed.Of("make.perf.data.zst"));
        Assert.Equal(0, Tool.Run(Allowed.Path, "run", "make.perf.data.zst").Code);
        Outside.Put("secret.arrow", SyntheticTrace.Random(1, 20, 1));
        Outside.Put("secret.txt", "the secret"u8);
    }

    public WorkFolder Allowed { get; } = new();

    public WorkFolder Outside { get; } = new();

    public void Dispose()
    {
        Allowed.Dispose();
        Outside.Dispose();
    }
}
