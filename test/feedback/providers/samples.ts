/** Messages of mail providers, in the forms that their documentation shows. */

type Fields = Record<string, unknown>;

const sesMail = (messageId: string | null) => ({
  timestamp: '2026-10-12T08:00:00.000Z',
  source: 'neuigkeiten@orvelin.example',
  sourceArn: 'arn:aws:ses:eu-central-1:123456789012:identity/orvelin.example',
  sendingAccountId: '123456789012',
  messageId: '010701f0aa-1111-2222-3333-444455556666-000000',
  destination: ['kim@kunde.example'],
  headersTruncated: false,
  headers: [
    { name: 'From', value: 'Orvelin Werke <neuigkeiten@orvelin.example>' },
    ...(messageId ? [{ name: 'Message-ID', value: messageId }] : []),
  ],
  commonHeaders: { from: ['Orvelin Werke <neuigkeiten@orvelin.example>'], subject: 'Neues' },
});

export function sesBounce(given: {
  messageId?: string;
  type?: string;
  subType?: string;
  status?: string;
  diagnosticCode?: string;
  feedbackId?: string;
  addresses?: string[];
}) {
  const { status, diagnosticCode, addresses = ['kim@kunde.example'] } = given;
  return {
    notificationType: 'Bounce',
    bounce: {
      bounceType: given.type ?? 'Permanent',
      bounceSubType: given.subType ?? 'General',
      bouncedRecipients: addresses.map((emailAddress) => ({
        emailAddress,
        action: 'failed',
        ...(status ? { status } : {}),
        ...(diagnosticCode ? { diagnosticCode } : {}),
      })),
      timestamp: '2026-10-12T08:00:05.000Z',
      feedbackId: given.feedbackId ?? '010701f0bb-feedback-000000',
      remoteMtaIp: '192.0.2.7',
      reportingMTA: 'dsn; a7-8.smtp-out.eu-central-1.amazonses.com',
    },
    mail: sesMail(given.messageId ?? null),
  };
}

export const sesComplaint = (given: { messageId?: string; feedbackType?: string | null }) => ({
  eventType: 'Complaint',
  complaint: {
    complainedRecipients: [{ emailAddress: 'kim@kunde.example' }],
    timestamp: '2026-10-12T08:30:00.000Z',
    feedbackId: '010701f0cc-feedback-000000',
    complaintSubType: null,
    userAgent: 'Amazon SES Mailbox Simulator',
    ...(given.feedbackType === null ? {} : { complaintFeedbackType: given.feedbackType ?? 'abuse' }),
    arrivalDate: '2026-10-12T08:29:00.000Z',
  },
  mail: sesMail(given.messageId ?? null),
});

export const sesDelivery = {
  notificationType: 'Delivery',
  mail: sesMail(null),
  delivery: {
    timestamp: '2026-10-12T08:00:02.000Z',
    recipients: ['kim@kunde.example'],
    smtpResponse: '250 ok: Message 64111812 accepted',
    processingTimeMillis: 546,
  },
};

export function mailgunEvent(event: string, given: Fields & { messageId?: string } = {}) {
  const { messageId, ...more } = given;
  return {
    id: 'G9Bn5sl1TC6nu79C8C0bwg',
    event,
    timestamp: 1791792005.375624,
    'log-level': 'error',
    recipient: 'kim@kunde.example',
    'recipient-domain': 'kunde.example',
    envelope: { transport: 'smtp', sender: 'neuigkeiten@orvelin.example', targets: 'kim@kunde.example' },
    message: {
      headers: {
        to: 'kim@kunde.example',
        from: 'Orvelin Werke <neuigkeiten@orvelin.example>',
        subject: 'Neues',
        ...(messageId ? { 'message-id': messageId } : {}),
      },
      attachments: [],
      size: 26000,
    },
    tags: [],
    'user-variables': {},
    ...more,
  };
}

export const mailgunFailure = (given: Fields & { messageId?: string } = {}) =>
  mailgunEvent('failed', {
    severity: 'permanent',
    reason: 'bounce',
    'delivery-status': {
      'attempt-no': 1,
      'session-seconds': 1.2,
      code: 550,
      'enhanced-code': '5.1.1',
      message: '5.1.1 The email account that you tried to reach does not exist.',
      description: '',
    },
    ...given,
  });

export const postmarkBounce = (given: Fields = {}) => ({
  RecordType: 'Bounce',
  ID: 4323372036854776000,
  Type: 'HardBounce',
  TypeCode: 1,
  Name: 'Hard bounce',
  Tag: '',
  MessageID: '883953f4-6105-42a2-a16a-77a8eac79483',
  Metadata: {},
  ServerID: 23,
  MessageStream: 'outbound',
  Description: 'The server was unable to deliver your message (ex: unknown user, mailbox not found).',
  Details: 'smtp;550 5.1.1 The email account that you tried to reach does not exist.',
  Email: 'kim@kunde.example',
  From: 'neuigkeiten@orvelin.example',
  BouncedAt: '2026-10-12T08:00:05.0000000Z',
  DumpAvailable: true,
  Inactive: true,
  CanActivate: true,
  Subject: 'Neues',
  ...given,
});

export const postmarkChange = (given: Fields = {}) => ({
  RecordType: 'SubscriptionChange',
  MessageID: '883953f4-6105-42a2-a16a-77a8eac79483',
  ServerID: 23,
  MessageStream: 'broadcast',
  ChangedAt: '2026-10-12T08:10:00Z',
  Recipient: 'kim@kunde.example',
  Origin: 'Recipient',
  SuppressSending: true,
  SuppressionReason: 'ManualSuppression',
  Tag: '',
  Metadata: {},
  ...given,
});
