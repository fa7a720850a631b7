using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Events.Synthesis;

namespace ForkTrace.TestKit;

/// <summary>A <see cref="TraceSketch"/> with methods for tests.</summary>
public sealed class SyntheticTrace
{
    private TraceSketch? _made;

    /// <summary>CPUs of the machine.</summary>
    public int Cpus { get; init; } = 1;

    /// <summary>Number of events that the recorder lost.</summary>
    public long Lost { get; init; }

    /// <summary>Where the recorder lost events.</summary>
    public ImmutableArray<LossInterval> Losses { get; init; } = [];

    /// <summary>Paths of cgroups, the first the unknown one.</summary>
    public ImmutableArray<string> Cgroups { get; init; } = [];

    public string Clock { get; init; } = "mono";

    public string ClockUnit { get; init; } = "ns";

    private TraceSketch Sketch => _made ??= new TraceSketch
    {
        Cpus = Cpus,
        Lost = Lost,
        Losses = Losses,
        Cgroups = Cgroups,
        Clock = Clock,
        ClockUnit = ClockUnit,
    };

    /// <inheritdoc cref="TraceSketch.NewTaskId"/>
    public int NewTaskId() => Sketch.NewTaskId();

    /// <inheritdoc cref="TraceSketch.Fork"/>
    public int Fork(long timeNs, int cpu, int parent = -1) => Sketch.Fork(timeNs, cpu, parent);

    /// <inheritdoc cref="TraceSketch.AllocateTask"/>
    public void AllocateTask(long timeNs, int cpu, int parent) => Sketch.AllocateTask(timeNs, cpu, parent);

    /// <inheritdoc cref="TraceSketch.Exit"/>
    public void Exit(long timeNs, int cpu, int task) => Sketch.Exit(timeNs, cpu, task);

    /// <inheritdoc cref="TraceSketch.Die"/>
    public void Die(long timeNs, int cpu, int task, bool zombie = false) => Sketch.Die(timeNs, cpu, task, zombie);

    /// <inheritdoc cref="TraceSketch.Free"/>
    public void Free(long timeNs, int cpu, int task) => Sketch.Free(timeNs, cpu, task);

    /// <inheritdoc cref="TraceSketch.TakeDown"/>
    public void TakeDown(long timeNs, int cpu, int byCpu) => Sketch.TakeDown(timeNs, cpu, byCpu);

    /// <inheritdoc cref="TraceSketch.Add"/>
    public void Add(long timeNs, int cpu, EventKind kind, int task, int other, long value) =>
        Sketch.Add(timeNs, cpu, kind, task, other, value);

    /// <inheritdoc cref="TraceSketch.ToTable"/>
    public EventTable ToTable() => Sketch.ToTable();

    /// <inheritdoc cref="RandomLoad.MakeWithHotplug"/>
    public static EventTable RandomWithHotplug(int seed, int forks, int cpus) => RandomLoad.MakeWithHotplug(seed, forks, cpus).ToTable();

    /// <inheritdoc cref="RandomLoad.MakeWithLosses"/>
    public static EventTable RandomWithLosses(int seed, int forks, int cpus) => RandomLoad.MakeWithLosses(seed, forks, cpus).ToTable();

    /// <inheritdoc cref="RandomLoad"/>
    public static EventTable Random(int seed, int forks, int cpus) => RandomLoad.Make(seed, forks, cpus).ToTable();
}
