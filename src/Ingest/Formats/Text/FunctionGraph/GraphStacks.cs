using System.Buffers.Text;
using ForkTrace.Events.Calls;

namespace ForkTrace.Ingest.Formats.Text.FunctionGraph;

/// <summary>
/// The open calls of each thread. The tracer keeps a stack of return addresses for each thread (fgraph.c). If the CPU switches to another
/// thread during a call, the call continues when its own thread runs again.
/// </summary>
internal sealed class GraphStacks
{
    private const int DepthMax = 256;
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<int, List<Open>> _stacks = [];
    private readonly int[] _threadOfCpu = new int[CpuStreams.CpusMax];
    private readonly long[] _changesOfCpu = new long[CpuStreams.CpusMax];

    public GraphStacks() => Array.Fill(_threadOfCpu, -1);

    public List<string> Functions { get; } = [];

    /// <summary>Calls in the order of their beginnings. A call that has not ended has a duration of -1.</summary>
    public List<FunctionCall> Calls { get; } = [];

    public int Cpus { get; private set; }
    public long Lost { get; private set; }
    public long UnreadLines { get; private set; }

    public void Take(in GraphLine line)
    {
        if (line.Cpu >= CpuStreams.CpusMax)
        {
            UnreadLines++;
            return;
        }

        Cpus = Math.Max(Cpus, line.Cpu + 1);
        switch (line.Kind)
        {
            case GraphLineKind.Interrupt:
                _changesOfCpu[line.Cpu]++;
                return;
            case GraphLineKind.Switch:
                SwitchTo(line.Cpu, line.Tid);
                return;
        }

        if (line.Tid >= 0 && line.Tid != _threadOfCpu[line.Cpu])
            SwitchTo(line.Cpu, line.Tid);
        // Every CPU has its own idle thread, and all of them have tid 0.
        int thread = _threadOfCpu[line.Cpu] > 0 ? _threadOfCpu[line.Cpu] : -1 - line.Cpu;
        if (!_stacks.TryGetValue(thread, out List<Open>? stack))
            _stacks[thread] = stack = [];
        if (line.Kind == GraphLineKind.End)
            End(stack, in line);
        else
            Begin(stack, in line, thread);
    }

    /// <summary>Reads a line that the tracer did not print: a gap, or something unknown.</summary>
    public void TakeOther(ReadOnlySpan<byte> line)
    {
        // "CPU:1 [LOST 42 EVENTS]": open calls may have ended in the gap.
        int at = line.IndexOf(" [LOST "u8);
        if (at < 0 || !Utf8Parser.TryParse(line[(at + 7)..], out long lost, out _))
        {
            UnreadLines++;
            return;
        }

        Lost += Math.Max(0, lost);
        _stacks.Clear();
    }

    private void Begin(List<Open> stack, in GraphLine line, int thread)
    {
        int caller = stack.Count > 0 ? stack[^1].Call : -1;
        bool isLeaf = line.Kind == GraphLineKind.Leaf;
        Calls.Add(new FunctionCall(Number(line.Function), thread, line.Cpu, line.TimeNs, line.DurationNs, caller, false));
        if (isLeaf)
            return;
        if (stack.Count == DepthMax)
            stack.Clear();
        stack.Add(new Open(Calls.Count - 1, line.Cpu, _changesOfCpu[line.Cpu]));
    }

    // An end that names no function, or not the innermost one, belongs to a call that began before the text or in a gap.
    private void End(List<Open> stack, in GraphLine line)
    {
        if (stack.Count == 0)
            return;
        Open open = stack[^1];
        FunctionCall call = Calls[open.Call];
        if (!line.Function.IsEmpty && !Ascii.Equals(line.Function, Functions[call.Function]))
        {
            stack.Clear();
            return;
        }

        stack.RemoveAt(stack.Count - 1);
        Calls[open.Call] = call with
        {
            DurationNs = line.DurationNs,
            IsDisturbed = open.Cpu != line.Cpu || open.Changes != _changesOfCpu[line.Cpu],
        };
    }

    private void SwitchTo(int cpu, int tid)
    {
        _threadOfCpu[cpu] = tid;
        _changesOfCpu[cpu]++;
    }

    private int Number(ReadOnlySpan<byte> function)
    {
        string name = Encoding.UTF8.GetString(function);
        if (!_numbers.TryGetValue(name, out int number))
        {
            _numbers[name] = number = Functions.Count;
            Functions.Add(name);
        }

        return number;
    }

    private readonly record struct Open(int Call, int Cpu, long Changes);
}
