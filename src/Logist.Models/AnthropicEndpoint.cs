using System.Text;
using Anthropic;
using Anthropic.Models.Messages;
using Logist.Agents;
using Usage = Logist.Core.Jobs.Usage;

namespace Logist.Models;

/// <summary>Messages, as Anthropic and those that imitate it offer them.</summary>
internal static class AnthropicEndpoint
{
    private const string Own = "https://api.anthropic.com";

    // An answer has at most some 5,000 characters, but what the model thinks before counts too.
    private const int MaxTokens = 16_000;

    public static async Task<ModelReply> AskAsync(
        ModelCall call, string prompt, string key, ResponseWatch watch, bool schema, CancellationToken ct)
    {
        using var http = watch.Client();
        using var client = new AnthropicClient
        {
            ApiKey = key, BaseUrl = call.Url ?? Own, HttpClient = http, MaxRetries = 0, Timeout = Timeout.InfiniteTimeSpan,
        };
        var wanted = new MessageCreateParams
        {
            Model = call.Model, MaxTokens = MaxTokens, Messages = [new UserMessageParam { Content = prompt }],
        };
        if (schema)
        {
            wanted = wanted with { OutputConfig = new OutputConfig { Format = new JsonOutputFormat { Schema = AnswerForm.Members() } } };
        }

        var answer = await client.Messages.Create(wanted, ct);
        var text = new StringBuilder();
        foreach (var block in answer.Content)
        {
            if (block.TryPickText(out var said))
            {
                text.Append(said.Text);
            }
        }

        return new ModelReply(text.ToString(), answer.Model.Raw(), Spent(answer.Usage))
        {
            Stopped = answer.StopReason?.Raw() is null or "end_turn" or "stop_sequence" ? null : answer.StopReason.Raw(),
        };
    }

    // Its input leaves out what a cache held or took.
    private static Usage? Spent(Anthropic.Models.Messages.Usage? told) => told is null ? null
        : new Usage(told.InputTokens + (told.CacheReadInputTokens ?? 0) + (told.CacheCreationInputTokens ?? 0),
            told.CacheReadInputTokens, told.OutputTokens, null)
        {
            TokensReasoning = told.OutputTokensDetails?.ThinkingTokens,
        };
}
