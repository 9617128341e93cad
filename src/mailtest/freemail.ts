/**
 * Mailbox providers: who has a customer there has no more to do with the others. Of these domains only a customer's
 * exact address counts.
 */
export const FREEMAIL: ReadonlySet<string> = new Set(
  `
  gmx.de gmx.net gmx.at gmx.ch gmx.com gmx.eu gmx.info gmx.org web.de email.de mail.de
  t-online.de magenta.de freenet.de arcor.de 1und1.de online.de onlinehome.de
  vodafone.de vodafonemail.de kabelmail.de unitybox.de o2mail.de o2online.de alice.de alice-dsl.net
  ewetel.net ewe.net netcologne.de osnanet.de versanet.de htp-tel.de mnet-mail.de mnet-online.de
  posteo.de posteo.net posteo.org posteo.eu posteo.at posteo.ch mailbox.org
  gmail.com googlemail.com
  outlook.com outlook.de outlook.at outlook.fr outlook.it outlook.es hotmail.com hotmail.de hotmail.at hotmail.ch
  hotmail.co.uk hotmail.fr hotmail.it hotmail.es live.com live.de live.at live.nl live.fr live.it live.co.uk msn.com
  yahoo.com yahoo.de yahoo.at yahoo.co.uk yahoo.fr yahoo.it yahoo.es ymail.com rocketmail.com
  icloud.com me.com mac.com aol.com aol.de
  proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tuta.io tuta.com
  bluewin.ch bluemail.ch sunrise.ch hispeed.ch a1.net aon.at chello.at utanet.at inode.at kabsi.at
  orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr libero.it virgilio.it tiscali.it alice.it tin.it
  ziggo.nl kpnmail.nl planet.nl hetnet.nl xs4all.nl skynet.be telenet.be proximus.be
  wp.pl o2.pl onet.pl interia.pl seznam.cz centrum.cz email.cz
  btinternet.com sky.com virginmedia.com ntlworld.com talktalk.net
  comcast.net verizon.net att.net sbcglobal.net cox.net bellsouth.net
  mail.com mail.ru yandex.ru yandex.com bk.ru inbox.ru list.ru zoho.com fastmail.com fastmail.fm hey.com
  qq.com 163.com 126.com
  `
    .trim()
    .split(/\s+/),
);
