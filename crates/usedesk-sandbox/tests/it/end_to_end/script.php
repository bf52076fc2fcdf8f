<?php
[, $http, $https] = $argv;

function send(string $method, string $url, $body = null): array
{
    $curl = curl_init($url);
    curl_setopt_array($curl, [
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => 60,
    ]);
    if ($body !== null) {
        curl_setopt($curl, CURLOPT_POSTFIELDS, $body);
    }
    $response = curl_exec($curl);
    if ($response === false) {
        throw new RuntimeException(curl_error($curl));
    }
    return [curl_getinfo($curl, CURLINFO_RESPONSE_CODE), json_decode($response, true)];
}

function call(string $base, string $path, array $parameters): array
{
    return send('POST', $base . $path, http_build_query(['api_token' => 'sandbox-token'] + $parameters));
}

function control(string $method, string $path, ?array $body = null): ?array
{
    global $http;
    [$status, $response] = send($method, $http . $path, $body === null ? null : json_encode($body));
    if ($status >= 300) {
        throw new RuntimeException(json_encode($response));
    }
    return $response;
}

function ticket(string $base): array
{
    return call($base, '/ticket', ['ticket_id' => 5003])[1]['ticket'];
}

/** The sandbox waits for the response meanwhile. */
function next_event($receiver): array
{
    $connection = stream_socket_accept($receiver, 60);
    $length = 0;
    while (($line = trim(fgets($connection))) !== '') {
        if (stripos($line, 'Content-Length:') === 0) {
            $length = (int) substr($line, 15);
        }
    }
    $body = stream_get_contents($connection, $length);
    fwrite($connection, "HTTP/1.0 200 OK\r\n\r\n");
    fclose($connection);
    return json_decode($body, true);
}

echo 'ticket: ', ticket($http)['subject'], "\n";

$receiver = stream_socket_server('tcp://127.0.0.1:0');
$url = 'http://' . stream_socket_get_name($receiver, false) . '/hook';
control('PATCH', '/sandbox/settings', ['webhooks' => [['url' => $url, 'events' => ['ticket_changed']]]]);
echo implode(' ', array_keys(next_event($receiver))), "\n";

control('POST', '/sandbox/scripts', ['match' => ['operation' => 'update_ticket'], 'status' => 503]);
$update = fn () => call($http, '/update/ticket', ['ticket_id' => 5003, 'status' => 2]);
echo 'scripted: ', $update()[0], "\n";
echo 'updated: ', $update()[1]['status'], "\n";
$event = next_event($receiver);
if ($event['secret'] !== 'sandbox-secret') {
    throw new RuntimeException('wrong secret');
}
$change = $event['trigger']['data'][0];
echo "webhook: $change[target] $change[old_value] to $change[value]\n";

$journal = control('GET', '/sandbox/requests?operation=update_ticket');
echo 'journal: ', implode(', ', array_column($journal['requests'], 'outcome')), "\n";
echo 'over TLS: ', ticket($https)['status_id'], "\n";
control('POST', '/sandbox/reset');
echo 'after the reset: ', ticket($https)['status_id'], "\n";
