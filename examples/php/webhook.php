<?php
// Takes webhooks: verifies who sent them (Standard Webhooks), remembers which it has, and answers at once.
//
//   CERTFLEET_WEBHOOK_SECRET=whsec_… php -S 127.0.0.1:8080 examples/php/webhook.php
//
// CERTFLEET_WEBHOOK_SECRET  as POST /v1/webhooks answered it; while it is changed both, with a blank between them
// WEBHOOK_FOLDER            where the events are written, a file each (the current folder)
declare(strict_types=1);

const TOLERANCE_SECONDS = 300;

/** Whether somebody who knows one of the secrets signed these very bytes a moment ago. */
function isGenuine(string $body, string $id, string $timestamp, string $signatures, array $secrets): bool
{
    if (!ctype_digit($timestamp) || abs(time() - (int) $timestamp) > TOLERANCE_SECONDS) return false;
    foreach ($secrets as $secret) {
        $key = base64_decode(preg_replace('/^whsec_/', '', $secret), true);
        if ($key === false || $key === '') continue;
        $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
        // Several signatures may stand there. hash_equals takes as long for a wrong one as for the right one.
        foreach (explode(' ', $signatures) as $signature) if (hash_equals($expected, $signature)) return true;
    }
    return false;
}

$body = file_get_contents('php://input');
$id = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
$genuine = isGenuine(
    $body,
    $id,
    $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '',
    $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '',
    explode(' ', getenv('CERTFLEET_WEBHOOK_SECRET') ?: ''),
);
if (!$genuine || !preg_match('/^[\w.-]{1,128}$/', $id)) {
    http_response_code(401);
    exit;
}

// The same event may come twice: its id says so. Here the file is there, elsewhere a unique column of a table.
$folder = getenv('WEBHOOK_FOLDER') ?: '.';
$file = "$folder/$id.json";
if (!file_exists($file)) {
    // Written whole or not at all. Anything but 2xx has the event sent again.
    if (file_put_contents("$file.part", $body) !== strlen($body) || !rename("$file.part", $file)) {
        http_response_code(500);
        exit;
    }
    $event = json_decode($body, true);
    error_log("{$event['type']} " . ($event['data']['reference'] ?? ''));
}
http_response_code(204); // work on the file later: an answer that takes longer than 15 seconds counts as none
