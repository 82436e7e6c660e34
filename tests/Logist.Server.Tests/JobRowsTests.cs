using Logist.Core;
using Logist.Core.Jobs;
using Logist.Server.Jobs;
using Logist.Stores;
using Logist.Views;

namespace Logist.Server.Tests;

/// <summary>Rows of jobs are read again when, and only when, something changed.</summary>
public sealed class JobRowsTests
{
    [Fact]
    public async Task A_row_is_the_same_object_until_its_manifest_changes()
    {
        await using var server = await ServerInTest.StartAsync();
        var one = await server.CreateAsync("steps: { a: { run: 'true' } }", "one");
        var two = await server.CreateAsync("steps: { a: { run: x } }", "two");
        var rows = new JobRows(server.Store, new LaterTime());
        var before = rows.Read();
        rows.Read()[0].ShouldBeSameAs(before[0]);

        await server.RunAsync(one, JobStatus.Success);
        var after = rows.Read();
        (after[0].JobId, after[0].Status, before[0].Status).ShouldBe(("one", "SUCCESS", "PENDING"));
        after[1].ShouldBeSameAs(before[1]);

        var layout = JobLayout.For(server.JobsDirectory, two);
        var manifest = await File.ReadAllBytesAsync(layout.Manifest, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(layout.Manifest, manifest[..^3], TestContext.Current.CancellationToken);
        rows.Read()[1].Status.ShouldBe(JobRow.Damaged);
        await File.WriteAllBytesAsync(layout.Manifest, manifest, TestContext.Current.CancellationToken);
        rows.Read()[1].Status.ShouldBe("PENDING");
        Directory.Delete(layout.Directory, recursive: true);
        rows.Read().ShouldHaveSingleItem().JobId.ShouldBe("one");
    }

    [Fact]
    public void A_file_that_changed_just_now_is_read_again_as_its_next_change_may_look_the_same()
    {
        var file = Path.GetTempFileName();
        try
        {
            var id = JobId.Parse("one");
            var (hot, cold, made) = (new PerJob<int>(TimeProvider.System), new PerJob<int>(new LaterTime()), 0);
            (hot.Get(id, file, () => ++made), hot.Get(id, file, () => ++made)).ShouldBe((1, 2));
            (cold.Get(id, file, () => ++made), cold.Get(id, file, () => ++made)).ShouldBe((3, 3));
            File.AppendAllText(file, "x");
            (cold.Get(id, file, () => ++made), cold.Get(id, file, () => ++made)).ShouldBe((4, 4));
            cold.Keep([]);
            cold.Get(id, file, () => ++made).ShouldBe(5);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A minute from now: every file is old.</summary>
    private sealed class LaterTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromMinutes(1);
    }
}
