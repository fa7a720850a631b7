namespace ForkTrace.Replay.Costs;

/// <summary>One part of the cost of a stack, and where its price comes from.</summary>
/// <param name="Operation">The operation that is priced.</param>
/// <param name="Price">Its duration; null if it is unknown, or included in other prices.</param>
public sealed record CostPart(CostOperation Operation, CostDistribution? Price)
{
    /// <summary>Where the price comes from.</summary>
    public CostBasis Basis { get; init; } = CostBasis.Assumed;

    /// <summary>
    /// The interval of the median price, ns; null if the file gives none. For a calibrated model it is a 95 % interval, for native-6.18 the
    /// range over several recordings; the source says which.
    /// </summary>
    public CostInterval? IntervalNs { get; init; }

    /// <summary>The parts whose prices already include this one, because they were measured together; empty if the part has its own
    /// price.</summary>
    public ImmutableArray<CostOperation> Within { get; init; } = [];

    /// <summary>Where the price comes from, if that differs from the model's source.</summary>
    public string Source { get; init; } = "";

    /// <summary>The machine that the price is valid for; empty if the file does not say.</summary>
    public string Machine { get; init; } = "";

    /// <summary>The kernels that the price is valid for; null if the file does not say.</summary>
    public KernelRange? Kernels { get; init; }

    /// <summary>False if the price is unknown. A total that needs it is then a lower bound.</summary>
    public bool IsKnown => Price is not null || !Within.IsEmpty;

    /// <summary>Name of the part in files.</summary>
    public string Name => CostOperations.Name(Operation);
}

/// <summary>Operations that take time when a stack is taken and given back. A cost model gives each a distribution, or null.</summary>
public enum CostOperation
{
    /// <summary>An order-2 block from the page allocator: the stack of kernels up to 4.8.</summary>
    PageAllocation = 0,

    /// <summary>A miss since 4.9: <see cref="VmallocArea"/> and <see cref="MapPages"/> together.</summary>
    Vmalloc = 1,

    /// <summary>A stack from the CPU's cache.</summary>
    CacheHit = 2,

    /// <summary>Clearing 16 KiB (see <c>StackWork.ZeroOnHit</c>).</summary>
    Zeroing = 3,

    /// <summary>Charging a stack's pages to a memory cgroup (memcg_charge_kernel_stack, v4.20).</summary>
    MemcgCharge = 4,

    /// <summary>Putting a dead task's stack into a cache. Release path.</summary>
    CachedPut = 5,

    /// <summary>vfree of a stack, or handing it to a workqueue that does it. Release path.</summary>
    Vfree = 6,

    /// <summary>Freeing an order-2 block. Release path.</summary>
    PageFree = 7,

    /// <summary>call_rcu for a stack. Release path.</summary>
    RcuQueue = 8,

    /// <summary>Finding address space for a stack (alloc_vmap_area, mm/vmalloc.c). In files a part of <see cref="Vmalloc"/>.</summary>
    VmallocArea = 9,

    /// <summary>Four pages and their mapping (vm_area_alloc_pages, vmap_pages_range). In files a part of <see cref="Vmalloc"/>.</summary>
    MapPages = 10,

    /// <summary>Uncharging a stack's pages (memcg_kmem_uncharge_page, v4.20; in do_exit since v5.18). Release path.</summary>
    MemcgUncharge = 11,

    /// <summary>One purge of freed address space with its flush of every CPU's TLB (__purge_vmap_area_lazy, mm/vmalloc.c).</summary>
    Purge = 12,
}

/// <summary>The names of <see cref="CostOperation"/> in files and tables.</summary>
public static class CostOperations
{
    private static readonly string[] s_names =
    [
        "page_allocation", "vmalloc", "cache_hit", "zeroing", "memcg_charge", "cached_put", "vfree", "page_free", "rcu_queue",
        "vmalloc_area", "map_pages", "memcg_uncharge", "purge",
    ];

    /// <summary>Number of operations.</summary>
    internal static int Count => s_names.Length;

    internal static IEnumerable<string> Names => s_names;

    /// <summary>The name of an operation.</summary>
    public static string Name(CostOperation operation) => s_names[(int)operation];

    /// <summary>The operation of that name; null if there is none.</summary>
    internal static CostOperation? Find(string name) => Array.IndexOf(s_names, name) is >= 0 and int index ? (CostOperation)index : null;
}

/// <summary>Where a price comes from.</summary>
public enum CostBasis
{
    /// <summary>Nobody measured it, or the file does not say so.</summary>
    Assumed,

    /// <summary>It was measured.</summary>
    Measured,

    /// <summary>It was chosen so that the model reproduces a published difference. That difference is then not a result.</summary>
    Input,
}

internal static class CostBases
{
    public static string Name(CostBasis basis) => basis.ToString().ToLowerInvariant();
}

/// <summary>The interval in which a figure probably lies, ns.</summary>
public readonly record struct CostInterval(double LowNs, double HighNs);

/// <summary>The kernel releases that prices hold for, both ends included.</summary>
public sealed record KernelRange(KernelRelease From, KernelRelease To)
{
    /// <summary>Reads <c>6.18</c> or <c>4.9-5.17</c>; null if it is neither.</summary>
    public static KernelRange? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        KernelRelease?[] ends = [.. text.Split('-').Select(KernelRelease.Parse)];
        return ends is [{ } from, ..] && ends[^1] is { } to && ends.Length <= 2 && to.IsAtLeast(from.Major, from.Minor)
            ? new KernelRange(from, to)
            : null;
    }

    public override string ToString()
    {
        string from = string.Create(CultureInfo.InvariantCulture, $"{From.Major}.{From.Minor}");
        return From == To ? from : string.Create(CultureInfo.InvariantCulture, $"{from}-{To.Major}.{To.Minor}");
    }
}
