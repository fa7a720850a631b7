using System.Numerics;

namespace ForkTrace.Replay.Engine;

/// <summary>
/// A stock of stacks for each capacity 0..C: current number, peak, and integral over time. A change affects all capacities from one on.
/// Vector code is slow until it is fully optimised, so these methods are compiled with full optimisation from the first call.
/// </summary>
internal sealed class CapacityStocks(int capacityMax)
{
    private readonly int[] _now = new int[Padded(capacityMax)];
    private readonly int[] _peaks = new int[Padded(capacityMax)];

    // By capacity d: the integral of the difference between capacities d and d - 1, in stack-ns, summed by change as time x count.
    private readonly long[] _momentNs = new long[capacityMax + 2];

    /// <summary>The current stock of capacity N.</summary>
    public int Now(int capacity) => _now[capacity];

    /// <summary>Forgets the past.</summary>
    public void StartAt(long timeNs)
    {
        _now.CopyTo(_peaks, 0);
        Array.Clear(_momentNs);
        int before = 0;
        for (int capacity = 0; capacity < _momentNs.Length - 1; capacity++)
        {
            _momentNs[capacity] = -timeNs * (_now[capacity] - before);
            before = _now[capacity];
        }
    }

    /// <summary>Adds one stack to every capacity from <paramref name="capacity"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddFrom(int capacity, long timeNs)
    {
        if (capacity > capacityMax)
            return;
        _momentNs[capacity] -= timeNs;
        Span<Vector<int>> now = MemoryMarshal.Cast<int, Vector<int>>(_now.AsSpan());
        Span<Vector<int>> peaks = MemoryMarshal.Cast<int, Vector<int>>(_peaks.AsSpan());
        Vector<int> from = new(capacity);
        int first = capacity / Vector<int>.Count;
        Vector<int> index = Vector.CreateSequence(first * Vector<int>.Count, 1);
        for (int vector = first; vector < now.Length; vector++)
        {
            now[vector] -= Vector.GreaterThanOrEqual(index, from);
            peaks[vector] = Vector.Max(peaks[vector], now[vector]);
            index += new Vector<int>(Vector<int>.Count);
        }
    }

    /// <summary>Removes one stack from every capacity from <paramref name="capacity"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void RemoveFrom(int capacity, long timeNs)
    {
        if (capacity > capacityMax)
            return;
        _momentNs[capacity] += timeNs;
        Span<Vector<int>> now = MemoryMarshal.Cast<int, Vector<int>>(_now.AsSpan());
        Vector<int> from = new(capacity);
        int first = capacity / Vector<int>.Count;
        Vector<int> index = Vector.CreateSequence(first * Vector<int>.Count, 1);
        for (int vector = first; vector < now.Length; vector++)
        {
            now[vector] += Vector.GreaterThanOrEqual(index, from);
            index += new Vector<int>(Vector<int>.Count);
        }
    }

    /// <summary>Adds one stack to every capacity below <paramref name="capacity"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddBelow(int capacity, long timeNs)
    {
        NoteBelow(capacity, -timeNs);
        Span<Vector<int>> now = MemoryMarshal.Cast<int, Vector<int>>(_now.AsSpan());
        Span<Vector<int>> peaks = MemoryMarshal.Cast<int, Vector<int>>(_peaks.AsSpan());
        Vector<int> below = new(capacity);
        Vector<int> index = Vector.CreateSequence(0, 1);
        for (int vector = 0; vector < now.Length && vector * Vector<int>.Count < capacity; vector++)
        {
            now[vector] -= Vector.LessThan(index, below);
            peaks[vector] = Vector.Max(peaks[vector], now[vector]);
            index += new Vector<int>(Vector<int>.Count);
        }
    }

    /// <summary>Removes one stack from every capacity below <paramref name="capacity"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void RemoveBelow(int capacity, long timeNs)
    {
        NoteBelow(capacity, timeNs);
        Span<Vector<int>> now = MemoryMarshal.Cast<int, Vector<int>>(_now.AsSpan());
        Vector<int> below = new(capacity);
        Vector<int> index = Vector.CreateSequence(0, 1);
        for (int vector = 0; vector < now.Length && vector * Vector<int>.Count < capacity; vector++)
        {
            now[vector] += Vector.LessThan(index, below);
            index += new Vector<int>(Vector<int>.Count);
        }
    }

    /// <summary>The stock of capacity N between two times, in bytes.</summary>
    public StockUse Close(int capacity, long startNs, long endNs, int bytesOfStack)
    {
        long stackNs = endNs * _now[capacity];
        for (int below = 0; below <= capacity; below++)
            stackNs += _momentNs[below];
        double mean = endNs > startNs ? (double)stackNs / (endNs - startNs) : _now[capacity];
        return new StockUse((long)_peaks[capacity] * bytesOfStack, mean * bytesOfStack, (long)_now[capacity] * bytesOfStack);
    }

    private void NoteBelow(int capacity, long momentNs)
    {
        _momentNs[0] += momentNs;
        _momentNs[Math.Min(capacity, capacityMax + 1)] -= momentNs;
    }

    private static int Padded(int capacityMax) => (capacityMax + Vector<int>.Count) / Vector<int>.Count * Vector<int>.Count;
}
