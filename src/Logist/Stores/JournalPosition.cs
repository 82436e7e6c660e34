namespace Logist.Stores;

/// <summary>A place between two lines of a journal: the last event before it, its byte offset, and the highest epoch so far.</summary>
public sealed record JournalPosition(long Seq, long Offset, long Epoch);

/// <summary>A position together with what the next line has to continue.</summary>
/// <param name="Crc">CRC-32C of the line before; the next line carries it as <c>prev</c>.</param>
/// <param name="OwnerLine">Offset of the line in which the epoch last rose, so of the last owner; -1 = none yet.</param>
internal sealed record ChainPoint(JournalPosition At, uint Crc, long OwnerLine)
{
    /// <summary>Behind the first line, which only says whose journal it is.</summary>
    public static ChainPoint AfterHeader(ReadOnlySpan<byte> header) =>
        new(new JournalPosition(0, header.Length, 0), JournalLine.Verify(header[..^1])!.Value, -1);

    /// <summary>Checks whether a line goes on here.</summary>
    /// <param name="line">Without its line feed.</param>
    /// <param name="next">The end of the line.</param>
    /// <param name="count">How many events it has.</param>
    /// <returns>Why it does not; null: it does.</returns>
    public string? Continue(ReadOnlySpan<byte> line, out ChainPoint next, out int count)
    {
        (next, count) = (this, 0);
        if (JournalLine.Verify(line) is not { } verified)
        {
            return "the line's checksum is wrong";
        }

        if (!JournalLine.TryParsePrefix(line, out var seq, out count, out var epoch, out var previous))
        {
            return "the line does not begin as it should";
        }

        if (previous != Crc)
        {
            return "the line does not continue the one before it";
        }

        if (seq != At.Seq + 1)
        {
            return $"event {seq} follows event {At.Seq}";
        }

        if (epoch < At.Epoch)
        {
            return $"epoch {epoch} follows epoch {At.Epoch}";
        }

        next = new ChainPoint(new JournalPosition(At.Seq + count, At.Offset + line.Length + 1, epoch), verified,
            epoch > At.Epoch ? At.Offset : OwnerLine);
        return null;
    }
}
