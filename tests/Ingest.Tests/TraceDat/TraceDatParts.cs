using System.Buffers.Binary;
using System.Text;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.TraceDat;

/// <summary>
/// The parts of a real trace.dat, to write the same recording in other containers. They are read from the shipped file of version 6 with
/// separate code, by the published layout.
/// </summary>
internal sealed class TraceDatParts
{
    private readonly byte[] _file;
    private int _at;

    private TraceDatParts(byte[] file)
    {
        _file = file;
        _at = 10;
        Assert.Equal("6", Name());
        _at += 2 + 4;
        Assert.Equal("header_page", Name());
        HeaderPage = Sized();
        Assert.Equal("header_event", Name());
        HeaderEvent = Sized();
        List<(string System, string Text)> formats = [];
        for (uint left = U32(); left > 0; left--)
            formats.Add(("ftrace", Sized()));
        for (uint systems = U32(); systems > 0; systems--)
        {
            string system = Name();
            for (uint left = U32(); left > 0; left--)
                formats.Add((system, Sized()));
        }

        Formats = [.. formats];
        Kallsyms = Text(U32());
        PrintkFormats = Text(U32());
        SavedCmdlines = Text((uint)U64());
        uint cpus = U32();
        Assert.Equal("options  ", Name());
        ReadOptions();
        Assert.Equal("flyrecord", Name());
        Pages = new byte[cpus][];
        for (int cpu = 0; cpu < cpus; cpu++)
            Pages[cpu] = [.. _file.AsSpan((int)U64(), (int)U64())];
    }

    public string HeaderPage { get; }

    public string HeaderEvent { get; }

    public (string System, string Text)[] Formats { get; }

    public string Kallsyms { get; }

    public string PrintkFormats { get; }

    public string SavedCmdlines { get; }

    /// <summary>Text of trace_clock.</summary>
    public string Clock { get; private set; } = "";

    /// <summary>The ring-buffer pages of each CPU.</summary>
    public byte[][] Pages { get; }

    /// <summary>The parts of <c>formats/v6.dat.zst</c>.</summary>
    public static TraceDatParts OfSample()
    {
        using Stream packed = File.OpenRead(RepositoryFiles.SampleTrace("formats/v6.dat.zst"));
        return new TraceDatParts(ZstdFrames.Unpack(packed));
    }

    /// <summary>The format text of an event.</summary>
    public string Format(string name) => Formats.Single(format => format.Text.StartsWith($"name: {name}\n", StringComparison.Ordinal)).Text;

    private void ReadOptions()
    {
        const int TraceClock = 4;
        while (BinaryPrimitives.ReadUInt16LittleEndian(_file.AsSpan(_at)) is var id && id != 0)
        {
            _at += 2;
            string text = Text(U32());
            if (id == TraceClock)
                Clock = text.TrimEnd('\0');
        }

        _at += 2;
    }

    private string Name()
    {
        int length = _file.AsSpan(_at).IndexOf((byte)0);
        string name = Encoding.ASCII.GetString(_file, _at, length);
        _at += length + 1;
        return name;
    }

    private uint U32()
    {
        _at += 4;
        return BinaryPrimitives.ReadUInt32LittleEndian(_file.AsSpan(_at - 4));
    }

    private ulong U64()
    {
        _at += 8;
        return BinaryPrimitives.ReadUInt64LittleEndian(_file.AsSpan(_at - 8));
    }

    private string Sized() => Text((uint)U64());

    private string Text(uint length)
    {
        _at += (int)length;
        return Encoding.Latin1.GetString(_file, _at - (int)length, (int)length);
    }
}
