namespace ForkTrace.Ingest.Tracepoints;

/// <summary>
/// The addresses of the few kernel functions whose calls or callbacks matter, from the trace's kallsyms. Function events and rcu callbacks
/// contain only addresses.
/// </summary>
internal sealed class FunctionNames
{
    // The function tracer's ip is at the patch site, up to a few bytes after the symbol's address (endbr64 + fentry call).
    private const ulong MaxIpDistance = 16;

    private static readonly (byte[] Name, EventKind Kind)[] s_functions =
    [
        ("thread_stack_free_rcu"u8.ToArray(), EventKind.FunctionStackRcu),
        ("vfree"u8.ToArray(), EventKind.FunctionVfree),
        ("delayed_put_task_struct"u8.ToArray(), EventKind.FunctionDelayedPut),
    ];

    // Functions that allocate a task_struct. The second is mostly inlined into the first.
    private static readonly byte[][] s_forkFunctions = ["copy_process"u8.ToArray(), "dup_task_struct"u8.ToArray()];

    private readonly (ulong Start, ulong End)[] _forks = new (ulong, ulong)[s_forkFunctions.Length];
    private readonly ulong[] _addresses = new ulong[s_functions.Length];
    private readonly Dictionary<string, ulong> _asked = new(StringComparer.Ordinal);

    /// <summary>No functions are known: the trace has no symbols, or kptr_restrict hid them.</summary>
    public static FunctionNames None { get; } = new();

    /// <summary>The kind of a function event that names the function; None for other functions.</summary>
    public static EventKind KindOf(ReadOnlySpan<byte> name)
    {
        foreach (var function in s_functions)
        {
            if (System.Text.Ascii.Equals(name, function.Name))
                return function.Kind;
        }

        return EventKind.None;
    }

    /// <summary>
    /// Reads lines of <c>address type name</c>; the suffix <c>[name]</c> of modules is ignored. Also reads the functions in <paramref
    /// name="asked"/>.
    /// </summary>
    public static FunctionNames FromKallsyms(ReadOnlySpan<byte> text, IEnumerable<string>? asked = null)
    {
        // A table of 130 000 lines is searched once per name, which is far faster than splitting it into lines.
        FunctionNames functions = new();
        for (int index = 0; index < s_functions.Length; index++)
            functions._addresses[index] = Find(text, s_functions[index].Name);
        for (int index = 0; index < s_forkFunctions.Length; index++)
            functions._forks[index] = FindRange(text, s_forkFunctions[index]);
        foreach (string name in asked ?? [])
            functions._asked[name] = Find(text, System.Text.Encoding.UTF8.GetBytes(name));
        return functions;
    }

    /// <summary>The address of a requested function; 0 if it is unknown.</summary>
    public ulong AddressOf(string name) => _asked.GetValueOrDefault(name);

    /// <summary>True if a call site is in a function that allocates a task_struct.</summary>
    public bool IsInFork(ulong address)
    {
        foreach ((ulong start, ulong end) in _forks)
        {
            if (address > start && address <= end)
                return true;
        }

        return false;
    }

    /// <summary>True if an instruction pointer is at the beginning of the function at that address.</summary>
    public static bool IsAt(ulong address, ulong ip) => address != 0 && ip - address <= MaxIpDistance;

    /// <summary>The kind of a function event at that address; None for other functions.</summary>
    public EventKind KindAt(ulong ip)
    {
        for (int index = 0; index < _addresses.Length; index++)
        {
            if (IsAt(_addresses[index], ip))
                return s_functions[index].Kind;
        }

        return EventKind.None;
    }

    // From the function's address to that of the next one: the kernel lists its symbols in order.
    private static (ulong Start, ulong End) FindRange(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        ulong start = Find(text, name, out int at);
        ulong end = start;
        while (start > 0 && end <= start && text[at..].IndexOf((byte)'\n') is >= 0 and int newline)
        {
            at += newline + 1;
            int blank = text[at..].IndexOf((byte)' ');
            if (blank < 0 || !System.Buffers.Text.Utf8Parser.TryParse(text.Slice(at, blank), out end, out _, 'x'))
                break;
        }

        return end > start ? (start, end) : default;
    }

    private static ulong Find(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name) => Find(text, name, out _);

    // The address in the last line with that name; 0 if there is none. Also returns where the name ends.
    private static ulong Find(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name, out int end)
    {
        ulong found = 0;
        end = 0;
        int next = 0;
        for (int at; (at = text[next..].IndexOf(name)) >= 0;)
        {
            int start = next + at;
            next = start + name.Length;
            if (next == text.Length || text[next] is (byte)'\n' or (byte)'\t' or (byte)' ' or (byte)'\r')
            {
                if (Address(text[(text[..start].LastIndexOf((byte)'\n') + 1)..start]) is { } address)
                    (found, end) = (address, next);
            }
        }

        return found;
    }

    // Parses the part before the name: "ffffffff81000000 T ".
    private static ulong? Address(ReadOnlySpan<byte> line)
    {
        int digits = line.IndexOf((byte)' ');
        return digits > 0 && digits + 3 == line.Length
            && System.Buffers.Text.Utf8Parser.TryParse(line[..digits], out ulong address, out _, 'x')
            ? address
            : null;
    }
}
