using System.ClientModel;
using System.ClientModel.Primitives;
using Logist.Agents;
using Logist.Core.Jobs;
using OpenAI;
using OpenAI.Chat;

namespace Logist.Models;

/// <summary>Chat completions, as most endpoints of others and one's own offer them.</summary>
internal static class OpenAiEndpoint
{
    private const string Own = "https://api.openai.com/v1";

    public static async Task<ModelReply> AskAsync(
        ModelCall call, string prompt, string key, ResponseWatch watch, bool schema, CancellationToken ct)
    {
        using var http = watch.Client();
        var options = new OpenAIClientOptions
        {
            Endpoint = new Uri(call.Url ?? Own), NetworkTimeout = Timeout.InfiniteTimeSpan,
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0), Transport = new HttpClientPipelineTransport(http),
        };
        var client = new ChatClient(call.Model, new ApiKeyCredential(key), options);
        var wanted = new ChatCompletionOptions();
        if (schema)
        {
            wanted.ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat(AnswerForm.Name, BinaryData.FromString(AnswerForm.Schema),
                jsonSchemaIsStrict: true);
        }

        ChatCompletion answer = await client.CompleteChatAsync([new UserChatMessage(prompt)], wanted, ct);
        var text = string.Concat(answer.Content.Where(part => part.Kind == ChatMessageContentPartKind.Text).Select(part => part.Text));
        return new ModelReply(text, answer.Model, Spent(answer.Usage))
        {
            Stopped = answer.Refusal is { Length: > 0 } refusal ? $"refusal: {refusal}"
                : answer.FinishReason is ChatFinishReason.Stop ? null : answer.FinishReason.ToString(),
        };
    }

    private static Usage? Spent(ChatTokenUsage? told) => told is null ? null
        : new Usage(told.InputTokenCount, told.InputTokenDetails?.CachedTokenCount, told.OutputTokenCount, null)
        {
            TokensReasoning = told.OutputTokenDetails?.ReasoningTokenCount,
        };
}
