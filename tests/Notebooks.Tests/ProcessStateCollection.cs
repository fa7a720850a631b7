namespace ForkTrace.Notebooks.Tests;

/// <summary>
/// A running notebook uses the current folder, standard output, formatters and culture of the process, so these tests run one after
/// another. Apps are separate processes, and run at the same time.
/// </summary>
[CollectionDefinition(Name)]
public sealed class ProcessStateCollection : ICollectionFixture<PackedClone>
{
    public const string Name = "process state";
}
