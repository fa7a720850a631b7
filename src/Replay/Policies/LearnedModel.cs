using System.Security.Cryptography;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// A model of the policy <c>learned</c>: for how many windows a CPU keeps a dead task's stack, by two features of its demand. It has 64
/// integers, and the two features that select one of them (docs/formats/learned-model.md).
/// </summary>
internal sealed record LearnedModel
{
    /// <summary>Upper limit of a model file, in bytes.</summary>
    public const int FileBytesMax = 16 << 10;

    /// <summary>Entries of the table.</summary>
    public const int Entries = DemandState.Steps * DemandState.Steps;

    /// <summary>Highest value of an entry, in windows.</summary>
    public const int WindowsMax = 65536;

    /// <summary>Limits of the window shift: windows of 65 us and of 69 s.</summary>
    public const int ShiftMin = 16;

    /// <inheritdoc cref="ShiftMin"/>
    public const int ShiftMax = 36;

    private const string Head = "forktrace learned policy 1";

    private static readonly Lazy<LearnedModel> s_builtIn = new(() =>
    {
        using Stream stream = typeof(LearnedModel).Assembly.GetManifestResourceStream("learned.model")!;
        return Read(stream, "learned.model") with { Id = 0 };
    });

    /// <summary>The built-in model of this version.</summary>
    public static LearnedModel BuiltIn => s_builtIn.Value;

    /// <summary>A window lasts 2^this ns.</summary>
    public required int WindowShift { get; init; }

    /// <summary>The feature whose step is the row.</summary>
    public required DemandFeature Row { get; init; }

    /// <summary>The feature whose step is the column.</summary>
    public required DemandFeature Column { get; init; }

    /// <summary>Windows for which a stack is kept, row by row; 0 means not at all.</summary>
    public required ImmutableArray<int> Windows { get; init; }

    /// <summary>The first 48 bits of the content's sha256, which identify the model in rows and cells. 0 for the built-in one.</summary>
    public long Id { get; private init; }

    /// <summary>The entry for a CPU's demand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int EntryOf(in DemandState demand) =>
        (DemandState.StepOf(demand[Row]) * DemandState.Steps) + DemandState.StepOf(demand[Column]);

    /// <summary>Reads a model file.</summary>
    /// <exception cref="PolicyException">The file does not exist, or is not a model file. The message names the line.</exception>
    public static LearnedModel ReadFile(string path)
    {
        if (!File.Exists(path))
            throw new PolicyException($"there is no model file '{path}'");
        using FileStream file = File.OpenRead(path);
        return Read(file, path);
    }

    /// <summary>Reads a model.</summary>
    /// <param name="source">The file.</param>
    /// <param name="name">Its name in error messages.</param>
    /// <exception cref="PolicyException">See <see cref="ReadFile"/>.</exception>
    public static LearnedModel Read(Stream source, string name)
    {
        ArgumentNullException.ThrowIfNull(source);
        byte[] content = new byte[FileBytesMax + 1];
        int length = source.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        if (length > FileBytesMax)
            throw new PolicyException($"{name} has more than {FileBytesMax} bytes, so it is not a model of forktrace learn policy");
        ModelLines lines = new(Encoding.ASCII.GetString(content, 0, length), name);
        lines.Require(Head);
        int shift = lines.Number("window-shift", ShiftMin, ShiftMax);
        DemandFeature row = lines.Feature("rows");
        DemandFeature column = lines.Feature("columns");
        if (row == column)
            throw lines.Error($"rows and columns are both '{ModelLines.NameOf(row)}', but must differ");
        ImmutableArray<int>.Builder windows = ImmutableArray.CreateBuilder<int>(Entries);
        for (int line = 0; line < DemandState.Steps; line++)
            windows.AddRange(lines.Numbers(DemandState.Steps, WindowsMax));
        lines.RequireEnd();
        return new LearnedModel { WindowShift = shift, Row = row, Column = column, Windows = windows.MoveToImmutable() }.Identified();
    }

    /// <summary>The content of a model file without comments, from which <see cref="Id"/> is computed.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{Head}\nwindow-shift {WindowShift}\nrows {ModelLines.NameOf(Row)}\n");
        text.Append(CultureInfo.InvariantCulture, $"columns {ModelLines.NameOf(Column)}\n");
        foreach (int[] line in Windows.Chunk(DemandState.Steps))
            text.AppendJoin(' ', line).Append('\n');
        return text.ToString();
    }

    /// <summary>The same model with the id of its content.</summary>
    public LearnedModel Identified()
    {
        byte[] digest = SHA256.HashData(Encoding.ASCII.GetBytes(ToString()));
        return this with { Id = (long)(BinaryPrimitives.ReadUInt64BigEndian(digest) >> 16) };
    }
}

/// <summary>The lines of a model file that are neither empty nor comments.</summary>
internal sealed class ModelLines(string text, string name)
{
    private readonly string[] _lines = text.Split('\n');
    private int _line;

    /// <summary>The name of a feature in a model file.</summary>
    public static string NameOf(DemandFeature feature) => Enum.GetName(feature)!.ToLowerInvariant();

    public void Require(string expected)
    {
        string line = Next(expected);
        if (line != expected)
            throw Error($"expected '{expected}', found '{line}'");
    }

    public int Number(string key, int least, int most) => Parse(Value(key, $"{least} to {most}"), least, most);

    public DemandFeature Feature(string key)
    {
        string known = string.Join(", ", Enum.GetValues<DemandFeature>().Select(NameOf));
        string value = Value(key, known);
        foreach (DemandFeature feature in Enum.GetValues<DemandFeature>())
        {
            if (NameOf(feature) == value)
                return feature;
        }

        throw Error($"{key} is '{value}', but must be one of {known}");
    }

    public IEnumerable<int> Numbers(int count, int most)
    {
        string[] parts = Next($"{count} numbers").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == count
            ? parts.Select(part => Parse(part, 0, most))
            : throw Error($"expected {count} numbers, found {parts.Length}");
    }

    public void RequireEnd()
    {
        if (TryNext() is { } more)
            throw Error($"expected the end of the file after the table, found '{more}'");
    }

    public PolicyException Error(string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{name}, line {_line}: {what} (docs/formats/learned-model.md)"));

    private string Value(string key, string allowed)
    {
        string[] parts = Next($"{key} {allowed}").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts is [string first, string value] && first == key
            ? value
            : throw Error($"expected '{key} VALUE' ({allowed}), found '{string.Join(' ', parts)}'");
    }

    private int Parse(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most
            ? value
            : throw Error($"expected a number from {least} to {most}, found '{text}'");

    private string Next(string expected) => TryNext() ?? throw Error($"expected '{expected}', found the end of the file");

    private string? TryNext()
    {
        while (_line < _lines.Length)
        {
            string line = _lines[_line++].Trim();
            if (line.Length > 0 && line[0] != '#')
                return line;
        }

        return null;
    }
}
