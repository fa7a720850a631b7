using ForkTrace.Arrow;
using ForkTrace.Arrow.Reading;
using ForkTrace.Arrow.Schema;
using ForkTrace.Events;

namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>Arrow streams of events, as <c>forktrace export</c> writes them: every value of every column is read.</summary>
public sealed class ArrowStreamTarget : IFuzzTarget
{
    public string Name => "arrow-stream";

    public string? Format => null;

    public IReadOnlyList<byte[]> Seeds()
    {
        using MemoryStream stream = new();
        using EventTable table = SyntheticTrace.Random(seed: 1, forks: 4, cpus: 2);
        EventFile.WriteStream(table, stream);
        return [stream.ToArray()];
    }

    public bool Run(byte[] input)
    {
        try
        {
            using ArrowStreamReader reader = new(new MemoryStream(input));
            while (reader.Read() is { } batch)
            {
                using (batch)
                    Touch(batch);
            }

            return true;
        }
        catch (ArrowFormatException)
        {
            return false;
        }
    }

    // Bodies are checked when a batch is read; texts only when they are.
    private static void Touch(RecordBatch batch)
    {
        foreach (ArrowColumn column in batch.Columns)
        {
            bool isText = column.Type.Id is ArrowTypeId.Utf8 or ArrowTypeId.Dictionary;
            for (int row = 0; row < Math.Min(column.Length, 1000); row++)
            {
                if (!column.IsNull(row) && isText)
                    _ = column.Text(row);
            }
        }
    }
}
