using System.Security.Cryptography;
using Logist.Files;

namespace Logist.Tests.Stores;

public sealed class Sha256Tests
{
    [Fact]
    public void It_is_the_standards_hash_for_every_length_around_a_block()
    {
        var data = new byte[1000];
        for (var i = 0; i < data.Length; i++)
        {
            data[i] = (byte)(i * 37);
        }

        for (var length = 0; length < data.Length; length++)
        {
            var hash = new byte[Sha256.Size];
            Sha256.Hash(data.AsSpan(0, length), hash);
            hash.ShouldBe(SHA256.HashData(data.AsSpan(0, length)), $"of {length} bytes");
        }
    }
}
