<?php
// Continues the PHP program of docs/sandbox.md, with streams instead of curl.

function post(string $path, string $type, string $body): array
{
    $context = stream_context_create(['http' => [
        'method' => 'POST',
        'header' => "Content-Type: $type",
        'content' => $body,
        'timeout' => 30,
    ]]);
    return json_decode(file_get_contents(DESK . $path, false, $context), true, 512, JSON_THROW_ON_ERROR);
}

function get(string $path, array $parameters): array
{
    $query = http_build_query(['api_token' => TOKEN] + $parameters);
    return json_decode(file_get_contents(DESK . "$path?$query"), true, 512, JSON_THROW_ON_ERROR);
}

$comment = post('/create/comment', 'application/x-www-form-urlencoded', http_build_query([
    'api_token' => TOKEN,
    'ticket_id' => $created['ticket_id'],
    'message' => 'Да, 100% & "готово" + 1',
    'cc' => ['a@example.com', 'b@example.com'],
]));
$client = post('/create/client', 'application/json', json_encode([
    'api_token' => TOKEN,
    'name' => 'Иван "Петров"',
    'emails' => ['ivan@example.com', 'petrov@example.com'],
    'messengers' => [['identity' => 'ivan', 'type' => 'telegram']],
]));
$read = call('/client', ['client_id' => $client['client_id']])[0]['client'];

$curl = curl_init(DESK . '/ticket?api_token=wrong');
curl_setopt($curl, CURLOPT_RETURNTRANSFER, true);
$rejected = json_decode(curl_exec($curl), true, 512, JSON_THROW_ON_ERROR);

echo json_encode([
    'comment' => $comment['comment_id'],
    'client' => [$read['id'], $read['name'], array_column($read['emails'], 'email')],
    'tickets' => array_column(get('/tickets', ['query' => 'Счёт "12" &', 'fstatus' => '1,8']), 'id'),
    'articles' => array_column(get('/support/12/articles/list', ['query' => 'invoice'])['articles'], 'id'),
    'rejected' => [curl_getinfo($curl, CURLINFO_HTTP_CODE), $rejected['code'], $rejected['error']],
], JSON_THROW_ON_ERROR), "\n";
