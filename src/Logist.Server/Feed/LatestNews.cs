namespace Logist.Server.Feed;

/// <summary>The changes that were told last, as they were told: a thousand listeners are told the same words, made once.</summary>
internal sealed class LatestNews
{
    private const int Most = 64;

    private readonly Lock _guard = new();
    private readonly Dictionary<FeedChange, Task<byte[]>> _told = [];
    private readonly Queue<FeedChange> _order = [];

    public Task<byte[]> TellAsync(FeedChange change, Func<Task<byte[]>> tell)
    {
        lock (_guard)
        {
            if (_told.TryGetValue(change, out var known))
            {
                return known;
            }

            if (_order.Count == Most)
            {
                _told.Remove(_order.Dequeue());
            }

            _order.Enqueue(change);
            return _told[change] = Task.Run(tell);
        }
    }
}
