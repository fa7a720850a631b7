namespace ForkTrace.Replay.Contract;

/// <summary>A number that a policy can be given.</summary>
/// <param name="Name">As in <c>--policy NAME:param=value</c>.</param>
/// <param name="Summary">What it sets.</param>
/// <param name="Unit">Unit of the value.</param>
/// <param name="Default">Value where none is given.</param>
/// <param name="Min">Least value allowed.</param>
/// <param name="Max">Greatest value allowed.</param>
public sealed record PolicyParameter(string Name, string Summary, string Unit, long Default, long Min, long Max)
{
    /// <summary>Slots of each CPU's cache: NR_CACHED_STACKS is 2 in every kernel that has it (kernel/fork.c).</summary>
    public static PolicyParameter Capacity { get; } = new("capacity", "stacks that each CPU may keep", "stacks", 2, 0, 65536);
}
