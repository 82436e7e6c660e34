using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Logist.Files;

/// <summary>
/// SHA-256 (FIPS 180-4) of texts that are short: loading and initialising OpenSSL for the first hash of a process costs
/// more than hashing a megabyte here, and most commands hash one manifest of some kilobytes.
/// </summary>
internal static class Sha256
{
    public const int Size = 32;

    private const int Block = 64;

    private static ReadOnlySpan<uint> Constants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <param name="hash">At least <see cref="Size"/> bytes.</param>
    public static void Hash(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        Span<uint> state =
        [
            0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
        ];
        var whole = data.Length & ~(Block - 1);
        Mix(state, data[..whole]);

        // A one bit, zeros, and the length in bits as the last eight bytes of the last block.
        Span<byte> rest = stackalloc byte[2 * Block];
        rest.Clear();
        var left = data.Length - whole;
        data[whole..].CopyTo(rest);
        rest[left] = 0x80;
        var length = left + 1 + 8 <= Block ? Block : 2 * Block;
        BinaryPrimitives.WriteInt64BigEndian(rest[(length - 8)..], (long)data.Length * 8);
        Mix(state, rest[..length]);
        for (var i = 0; i < state.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(hash[(i * 4)..], state[i]);
        }
    }

    // Optimised at once: in its first, unoptimised form it would be twenty times slower, and it runs only once or twice.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mix(Span<uint> state, ReadOnlySpan<byte> blocks)
    {
        Span<uint> words = stackalloc uint[64];
        var constants = Constants;
        for (; blocks.Length >= Block; blocks = blocks[Block..])
        {
            for (var i = 0; i < 16; i++)
            {
                words[i] = BinaryPrimitives.ReadUInt32BigEndian(blocks[(i * 4)..]);
            }

            for (var i = 16; i < 64; i++)
            {
                var (x, y) = (words[i - 15], words[i - 2]);
                var s0 = BitOperations.RotateRight(x, 7) ^ BitOperations.RotateRight(x, 18) ^ (x >> 3);
                var s1 = BitOperations.RotateRight(y, 17) ^ BitOperations.RotateRight(y, 19) ^ (y >> 10);
                words[i] = unchecked(words[i - 16] + s0 + words[i - 7] + s1);
            }

            var (a, b, c, d) = (state[0], state[1], state[2], state[3]);
            var (e, f, g, h) = (state[4], state[5], state[6], state[7]);
            for (var i = 0; i < 64; i++)
            {
                var s1 = BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25);
                var t1 = unchecked(h + s1 + ((e & f) ^ (~e & g)) + constants[i] + words[i]);
                var s0 = BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22);
                var t2 = unchecked(s0 + ((a & b) ^ (a & c) ^ (b & c)));
                (h, g, f, e, d, c, b, a) = (g, f, e, unchecked(d + t1), c, b, a, unchecked(t1 + t2));
            }

            unchecked
            {
                state[0] += a;
                state[1] += b;
                state[2] += c;
                state[3] += d;
                state[4] += e;
                state[5] += f;
                state[6] += g;
                state[7] += h;
            }
        }
    }
}
