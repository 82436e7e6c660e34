namespace Logist.Processes;

/// <summary>Bytes collected up to a limit.</summary>
internal sealed class ByteBuffer(int limit)
{
    private byte[] _data = [];

    public int Length { get; private set; }

    /// <returns>False, and nothing added, when the limit would be passed.</returns>
    public bool Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > limit - Length)
        {
            return false;
        }

        if (Length + bytes.Length > _data.Length)
        {
            Array.Resize(ref _data, (int)Math.Min(Array.MaxLength, Math.Max(256L, 2L * (Length + bytes.Length))));
        }

        bytes.CopyTo(_data.AsSpan(Length));
        Length += bytes.Length;
        return true;
    }

    public void AppendWhatFits(ReadOnlySpan<byte> bytes) => Append(bytes[..Math.Min(bytes.Length, limit - Length)]);

    public byte[] ToArray() => _data.AsSpan(0, Length).ToArray();
}
