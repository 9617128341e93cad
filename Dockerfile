# Node runs the TypeScript sources as they are: there is no build step.
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE NOTICE ./
COPY src src
COPY jobs jobs
COPY templates templates
RUN mkdir /data && chown node:node /data
ENV SPIELBEIN_HOME=/data
VOLUME /data
USER node
EXPOSE 3000
ENTRYPOINT ["node", "src/cli.mjs"]
CMD ["up"]
