using Logist.Stores;
using static Logist.Testing.StoreSamples;

namespace Logist.Tests.Stores;

/// <summary>A jobs directory of its own for one test, and what store tests need again and again.</summary>
internal sealed class StoreFolder : IDisposable
{
    public StoreFolder()
    {
        Path = Directory.CreateTempSubdirectory("logist-store-").FullName;
        Store = Open();
    }

    public string Path { get; }

    public FileJobStore Store { get; }

    public JobLayout Layout => JobLayout.For(Path, SampleJob);

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public FileJobStore Open(Durability durability = Durability.Full) => new(Path, TimeProvider.System, (_, _) => Workflow, durability);

    /// <summary>A job of that many events, two per append.</summary>
    public async Task<FileJobStore> WithEventsAsync(int count)
    {
        await Store.AppendAsync(SampleJob, 0, Creation(), null, Ct);
        for (var seq = 2; seq < count; seq += 2)
        {
            (await Store.AppendAsync(SampleJob, seq, [Scheduled(seq), Succeeded(seq)], null, Ct))
                .ShouldBe(new AppendResult.Appended(seq + 2));
        }

        return Store;
    }

    public void SaveManifest(JournalPosition? position = null) =>
        ManifestFile.Save(Layout, Manifest(position ?? Store.VerifyChain(SampleJob, 0)));

    public byte[] Bytes()
    {
        using var file = new FileStream(Layout.Journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }

    public void Write(byte[] journal) => Overwrite(Layout.Journal, journal);

    /// <summary>In place: ext4 flushes a file that is truncated to nothing and written anew, 2 ms each.</summary>
    public static void Overwrite(string path, byte[] content)
    {
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(content);
        file.SetLength(content.Length);
    }

    public static async Task<List<StoredEvent>> ReadAllAsync(IJobStore store, long after = 0)
    {
        var all = new List<StoredEvent>();
        await foreach (var stored in store.ReadAsync(SampleJob, after, Ct))
        {
            all.Add(stored);
        }

        return all;
    }

    public void Dispose()
    {
        Store.Dispose();
        Directory.Delete(Path, recursive: true);
    }
}
