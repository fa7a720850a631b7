using ForkTrace.Events;

namespace ForkTrace.Ingest.Tracepoints;

/// <summary>
/// The addresses of the few kernel functions whose calls or callbacks matter, read from the trace's kallsyms. Function events and
/// rcu callbacks carry addresses only.
/// </summary>
public sealed class FunctionNames
{
    // The function tracer's ip lies at the patch site, up to a few bytes after the symbol's address (endbr64 + fentry call).
    private const ulong MaxIpDistance = 16;

    private static readonly (string Name, EventKind Kind)[] s_functions =
    [
        ("thread_stack_free_rcu", EventKind.FunctionStackRcu),
        ("vfree", EventKind.FunctionVfree),
        ("delayed_put_task_struct", EventKind.FunctionDelayedPut),
    ];

    private readonly ulong[] _addresses = new ulong[s_functions.Length];

    /// <summary>No function is known: the trace has no symbols, or kptr_restrict hid them.</summary>
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

    /// <summary>Reads lines of <c>address type name</c>; later modules' <c>[name]</c> suffixes are ignored.</summary>
    public static FunctionNames FromKallsyms(ReadOnlySpan<byte> text)
    {
        FunctionNames functions = new();
        foreach (Range range in text.Split((byte)'\n'))
            functions.ReadLine(text[range]);
        return functions;
    }

    /// <summary>The kind of a function event at that address; None for other functions.</summary>
    public EventKind KindAt(ulong ip)
    {
        for (int index = 0; index < _addresses.Length; index++)
        {
            if (_addresses[index] != 0 && ip - _addresses[index] <= MaxIpDistance)
                return s_functions[index].Kind;
        }

        return EventKind.None;
    }

    private void ReadLine(ReadOnlySpan<byte> line)
    {
        int firstSpace = line.IndexOf((byte)' ');
        if (firstSpace <= 0 || firstSpace + 3 >= line.Length)
            return;
        ReadOnlySpan<byte> name = line[(firstSpace + 3)..];
        int end = name.IndexOfAny((byte)'\t', (byte)' ', (byte)'\r');
        name = end < 0 ? name : name[..end];
        for (int index = 0; index < s_functions.Length; index++)
        {
            if (name.Length == s_functions[index].Name.Length
                && System.Text.Encoding.ASCII.GetString(name) == s_functions[index].Name
                && System.Buffers.Text.Utf8Parser.TryParse(line[..firstSpace], out ulong address, out _, 'x'))
            {
                _addresses[index] = address;
            }
        }
    }
}
