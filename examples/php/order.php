<?php
// Orders a certificate, waits until it is issued, and prints it as PEM: the certificate first, then its chain.
//
//   php examples/php/order.php REFERENCE > shop.example.com.pem
//
// CERTFLEET_URL      the gateway (http://127.0.0.1:3000)
// CERTFLEET_API_KEY  its key, where it has one
declare(strict_types=1);

const WAIT_SECONDS = 20;

function fail(string $text): never
{
    fwrite(STDERR, $text . "\n");
    exit(1);
}

/** @return array{int, string, int} status (0: no answer), body, and how many seconds to wait before another */
function request(string $method, string $path, ?string $body, array $headers): array
{
    $after = 0;
    $key = getenv('CERTFLEET_API_KEY');
    $request = curl_init((getenv('CERTFLEET_URL') ?: 'http://127.0.0.1:3000') . $path);
    curl_setopt_array($request, [
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_HTTPHEADER => [...$headers, ...($key ? ["Authorization: Bearer $key"] : [])],
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => WAIT_SECONDS + 10,
        CURLOPT_HEADERFUNCTION => function ($_, string $line) use (&$after): int {
            if (preg_match('/^retry-after: *(\d+)/i', $line, $found)) $after = (int) $found[1];
            return strlen($line);
        },
    ]);
    if ($body !== null) curl_setopt($request, CURLOPT_POSTFIELDS, $body);
    $text = curl_exec($request);
    return [curl_getinfo($request, CURLINFO_RESPONSE_CODE), (string) $text, $after];
}

/**
 * Sends the same request again until its outcome is known: after no answer, a 5xx (503: Redis does not respond), 429
 * and a 409 that asks to wait. Every other refusal stays, however often it is repeated, and ends the program, but for
 * 410: so old a place in the feed of events is kept no more.
 * @return array{int, string} status and body
 */
function call(string $method, string $path, ?string $body = null, array $headers = []): array
{
    for ($pause = 1; ; $pause = min($pause * 2, 60)) {
        [$status, $text, $after] = request($method, $path, $body, $headers);
        if (($status >= 200 && $status < 300) || $status === 410) return [$status, $text];
        $passes = $status === 0 || $status >= 500 || $status === 429 || ($status === 409 && $after > 0);
        if (!$passes) refuse($status, $text);
        fwrite(STDERR, "no answer yet ($status); the same request is sent again\n");
        sleep(max($pause, $after));
    }
}

/** 409: the reference belongs to another order. 422: wrong fields, each with what is wrong. 401, 403: the key. */
function refuse(int $status, string $text): never
{
    $problem = json_decode($text, true) ?? [];
    $lines = ["$status: " . ($problem['detail'] ?? $text)];
    foreach ($problem['errors'] ?? [] as $error) $lines[] = "  {$error['field']}: {$error['message']}";
    fail(implode("\n", $lines));
}

$reference = $argv[1] ?? '';
if ($reference === '') fail('Usage: php order.php REFERENCE');

// What makes two requests one order is the reference. The key makes two requests one request, for repeats only.
$order = ['reference' => $reference] + json_decode(file_get_contents(__DIR__ . '/../order.json'), true);
call('POST', '/v1/certificates', json_encode($order), [
    'Content-Type: application/json',
    'Idempotency-Key: ' . bin2hex(random_bytes(16)),
    'Prefer: wait=' . WAIT_SECONDS,
]);

$told = '';
for ($after = null; ; ) {
    // The place in the feed is taken before the order is looked at: what happens in between is not missed.
    $query = ['reference' => $reference, 'after' => $after ?? 'latest', 'wait' => $after === null ? 0 : WAIT_SECONDS];
    [$status, $page] = call('GET', '/v1/events?' . http_build_query($query));
    $after = $status === 200 ? json_decode($page, true)['nextCursor'] : null;

    $certificate = json_decode(call('GET', "/v1/certificates/$reference")[1], true);
    [$now, $attention] = [$certificate['status'], $certificate['attention']];
    if ($attention) $now .= ": {$attention['message']} Next: {$attention['next']}";
    if ($now !== $told) fwrite(STDERR, "$now\n");
    $told = $now;
    if ($certificate['status'] === 'issued' || $certificate['status'] === 'reissuing') break;
    if (in_array($certificate['status'], ['failed', 'cancelled', 'expired'], true))
        fail($certificate['failure']['message'] ?? 'There is no valid certificate.');
}
echo call('GET', "/v1/certificates/$reference/pem")[1];
