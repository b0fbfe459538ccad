// The signed file of a certificate, checked by a stranger with nothing but Node: the keys of the issuer, its signature, and what
// Open Badges 3.0 and Verifiable Credentials 2.0 want to stand in it.
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { after, before, test } from 'node:test';
import { follow, go, open } from './harness.mjs';

let sidan;
before(async () => {
  sidan = await open();
});
after(() => sidan?.close());

const read = (part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));

/** Whether a JWT is signed by the key, by another implementation than the one that signed it. */
function holds(jwt, jwk) {
  const [head, body, signature] = jwt.split('.');
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const signed = Buffer.from(`${head}.${body}`);
  return verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
}

/** The same by WebCrypto. */
async function holdsOnTheWeb(jwt, { kty, crv, x, y }) {
  const [head, body, signature] = jwt.split('.');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const key = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, algorithm, false, ['verify']);
  const signed = new TextEncoder().encode(`${head}.${body}`);
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, Buffer.from(signature, 'base64url'), signed);
}

/** The JWT with one word of its payload changed. */
function forged(jwt, change) {
  const [head, body, signature] = jwt.split('.');
  const payload = read(body);
  change(payload);
  return [head, Buffer.from(JSON.stringify(payload)).toString('base64url'), signature].join('.');
}

test('a stranger checks the credential of a certificate', async () => {
  let [jwt, serial] = ['', ''];
  await sidan.visit({}, async (page) => {
    await sidan.signIn(page, 'trainee');
    await go(page, '/my-courses');
    await follow(page, '/enrolments/', '/certificate');
    serial = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1));
    const file = await page.request.get(`/certificates/${serial}/credential`);
    assert.equal(file.status(), 200);
    assert.equal(file.headers()['content-type'], 'application/vc+jwt');
    jwt = await file.text();
  });

  await sidan.visit({}, async (page) => {
    const fetched = async (path) => {
      const answer = await page.request.get(path);
      assert.equal(answer.status(), 200, path);
      return answer.json();
    };
    const [keys, did] = [await fetched('/.well-known/jwks.json'), await fetched('/.well-known/did.json')];
    const head = read(jwt.split('.')[0]);
    assert.deepEqual([head.alg, head.typ, head.cty], ['ES256', 'vc+jwt', 'vc']);

    // The key is found by both ways, and no private half lies beside it.
    const jwk = keys.keys.find((key) => key.kid === head.kid);
    const method = did.verificationMethod.find((one) => one.id === head.kid);
    assert.ok(jwk && method && did.assertionMethod.includes(method.id));
    assert.deepEqual([jwk.x, jwk.y], [method.publicKeyJwk.x, method.publicKeyJwk.y]);
    assert.ok(!('d' in jwk) && !('d' in method.publicKeyJwk));

    assert.ok(holds(jwt, jwk), 'the signature holds');
    assert.ok(await holdsOnTheWeb(jwt, method.publicKeyJwk), 'the signature holds for WebCrypto too');
    for (const change of [
      (payload) => { payload.name = '高级技师'; },
      (payload) => { payload.validFrom = '2001-01-01T00:00:00+08:00'; },
      (payload) => { payload.credentialSubject.identifier.pop(); },
    ]) {
      assert.ok(!holds(forged(jwt, change), jwk), 'what was changed proves nothing');
      assert.ok(!(await holdsOnTheWeb(forged(jwt, change), jwk)));
    }

    const body = read(jwt.split('.')[1]);
    assert.equal(body['@context'][0], 'https://www.w3.org/ns/credentials/v2');
    assert.match(body['@context'][1], /^https:\/\/purl\.imsglobal\.org\/spec\/ob\/v3p0\/context-3\.\d+\.\d+\.json$/);
    assert.ok(body.type.includes('VerifiableCredential'));
    assert.ok(body.type.some((type) => ['OpenBadgeCredential', 'AchievementCredential'].includes(type)));
    assert.equal(body.issuer.id, did.id);
    assert.deepEqual(body.issuer.type, ['Profile']);
    assert.deepEqual([body.iss, body.jti], [body.issuer.id, body.id]);
    assert.ok(head.kid.startsWith(`${did.id}#`));
    assert.match(body.validFrom, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/);
    assert.ok(Date.parse(body.validFrom) > 0);
    const subject = body.credentialSubject;
    assert.deepEqual(subject.type, ['AchievementSubject']);
    for (const identity of subject.identifier) {
      assert.equal(identity.type, 'IdentityObject');
      assert.equal(identity.hashed, true);
      assert.match(identity.identityHash, /^sha256\$[0-9a-f]{64}$/);
      assert.ok(identity.salt.length >= 16);
    }
    const { achievement } = subject;
    assert.deepEqual(achievement.type, ['Achievement']);
    for (const field of ['id', 'name', 'description']) assert.ok(achievement[field], field);
    assert.ok(achievement.criteria.narrative);
    assert.ok(new URL(achievement.id), 'an achievement is named by an address');
    assert.ok(!JSON.stringify(body).includes(sidan.account('trainee').name), 'a finder learns no name');

    // Where it says that its state is told, it is told.
    const status = new URL(body.credentialStatus.id);
    const told = await fetched(status.pathname);
    assert.deepEqual([told.serial, told.status], [serial, 'published']);
  });
});
