using System.Globalization;
using Logist.Core.Jobs;
using Logist.Testing;
using static Logist.Tests.Stores.StoreFolder;

namespace Logist.Tests.Stores;

public sealed class RacingProcessesTests : IDisposable
{
    internal const int Writers = 8, Appends = 100;
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Of_eight_processes_appending_at_once_none_loses_an_event_and_each_number_is_acknowledged_once()
    {
        await _folder.WithEventsAsync(2);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => StoreChild.RunAsync(
            StoreChild.Command(Environment.ProcessPath!, [], $"append {_folder.Path} {writer} {Appends}"), Ct)));

        outcomes.ShouldAllBe(outcome => outcome.Code == 0, string.Join('\n', outcomes.Select(o => o.Errors)));
        var acknowledged = outcomes.SelectMany(o => o.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Select(Parse).OrderBy(a =>
            a.Seq).ToList();
        acknowledged.Select(a => a.Seq).ShouldBe(Enumerable.Range(3, Writers * Appends).Select(i => (long)i));
        var stored = await ReadAllAsync(_folder.Store, after: 2);
        stored.Select(s => (s.Seq, ((JobEvent.TaskScheduled)s.Event).Attempt)).ShouldBe(acknowledged);
        // A register with compare-and-set: each writer's own values come in its order.
        stored.GroupBy(s => ((JobEvent.TaskScheduled)s.Event).Attempt / 10_000)
            .ShouldAllBe(own => own.Select(s => ((JobEvent.TaskScheduled)s.Event).Attempt).SequenceEqual(own.Select(s =>
                ((JobEvent.TaskScheduled)s.Event).Attempt).Order()));
    }

    private static (long Seq, int Attempt) Parse(string line) =>
        (long.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture), int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
}
