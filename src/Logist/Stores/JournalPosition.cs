namespace Logist.Stores;

/// <summary>A place between two lines of a journal: the last event before it, its byte offset, and the highest epoch so far.</summary>
public sealed record JournalPosition(long Seq, long Offset, long Epoch);

/// <summary>A position together with what the next line has to continue.</summary>
/// <param name="Crc">CRC-32C of the line before; the next line carries it as <c>prev</c>.</param>
/// <param name="OwnerLine">Offset of the line in which the epoch last rose, so of the last owner; -1 = none yet.</param>
internal sealed record ChainPoint(JournalPosition At, uint Crc, long OwnerLine);
