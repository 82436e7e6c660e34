using System.Text;
using Logist.Core;

namespace Logist.Processes;

/// <summary>Text arguments as the NUL-terminated bytes and pointer table that exec wants.</summary>
internal sealed unsafe class NativeStrings
{
    private readonly int[] _offsets;

    public NativeStrings(string[] values)
    {
        _offsets = new int[values.Length];
        var bytes = new ByteBuffer(int.MaxValue);
        for (var i = 0; i < values.Length; i++)
        {
            // A NUL would cut the argument short and change its meaning.
            _offsets[i] = values[i].Contains('\0', StringComparison.Ordinal)
                ? throw new LogistException(ErrorKind.Usage, "a name holds a NUL character")
                : bytes.Length;
            bytes.Append(Encoding.UTF8.GetBytes(values[i] + '\0'));
        }

        Bytes = bytes.ToArray();
    }

    public byte[] Bytes { get; }

    public nint[] Pointers(byte* pinned)
    {
        var pointers = new nint[_offsets.Length + 1];
        for (var i = 0; i < _offsets.Length; i++)
        {
            pointers[i] = (nint)(pinned + _offsets[i]);
        }

        return pointers;
    }
}
